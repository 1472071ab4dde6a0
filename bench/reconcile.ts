import { Initiator, ReconcileTree, respond } from '@stoa/reconcile'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { compareEntries, Rescan } from './rescan.ts'
import { atMost, timesCheaper } from './table.ts'
import type { Entry } from './rescan.ts'
import type { Row } from './table.ts'

const SIZES = [10_000, 100_000, 1_000_000]
const DIFFERENCES = [1, 100, 1_000]
const WHERE = ['scattered', 'recent'] as const

// the goals of issue 3, point 7
const CPU_GOAL = { size: 1_000_000, differences: 100, where: 'scattered', ratio: 25 }
const EQUAL_GOAL = { size: 100_000, bytes: 1_000, rounds: 1 }
const RECENT_GOAL = { size: 100_000, differences: 100, bytesEach: 100, rounds: 3, cpuMs: 10 }
/** The tree of a million items, beside whatever else a replica keeps of an entry. */
const BYTES_PER_ITEM_GOAL = 100

const FIRST_MS = 1_790_000_000_000
/** Short sessions are repeated until they took this long together. */
const MEASURE_MS = 100
const WARM_UP_SESSIONS = 30

const NO_LIMITS = { frameLimitBytes: 0, maxMessageBytes: 2 ** 30, maxRanges: 2 ** 30, maxIds: 2 ** 30 }

interface Session {
  rounds: number
  bytes: number
  found: number
}

/** What one side holds, in both forms. */
interface Side {
  tree: ReconcileTree
  items: Entry[]
}

/**
 * CPU of both sides of a session in one process, against a rescan of the same protocol; bytes and rounds are equal, or it is an error. No frame limit.
 */
export async function run(rounds: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const size of SIZES) {
    const items = makeItems(size)
    const [ours, bytesPerItem] = loadTree(items)
    const [theirs] = loadTree(items)
    if (size === SIZES.at(-1))
      rows.push(
        atMost({
          what: `${label(size)} items in random order, memory`,
          unit: 'bytes/item',
          ours: bytesPerItem,
          theirs: BYTES_PER_ITEM_GOAL,
        }),
      )
    rows.push(...measure(size, 0, 'equal', { tree: ours, items }, { tree: theirs, items }, rounds))
    for (const where of WHERE)
      for (const differences of DIFFERENCES) {
        const lacking = pick(items, differences, where)
        const [weLack, theyLack] = [
          lacking.filter((_, index) => index % 2 === 0),
          lacking.filter((_, index) => index % 2 === 1),
        ]
        const sides = [
          [ours, weLack],
          [theirs, theyLack],
        ] as const
        for (const [tree, entries] of sides) for (const { timestamp, id } of entries) tree.delete(timestamp, id)
        const [left, right] = sides.map(([tree, entries]) => ({ tree, items: without(items, entries) }))
        rows.push(...measure(size, differences, where, left!, right!, rounds))
        for (const [tree, entries] of sides) for (const { timestamp, id } of entries) tree.insert(timestamp, id)
      }
  }
  return rows
}

function measure(size: number, differences: number, where: string, left: Side, right: Side, rounds: number): Row[] {
  const ours = (): Session =>
    session(new Initiator(left.tree, NO_LIMITS), message => respond(right.tree, message, NO_LIMITS))
  const rescan = (): Session => rescanSession(left.items, right.items)
  const result = ours()
  const expected = rescan()
  if (result.found !== differences || JSON.stringify(result) !== JSON.stringify(expected))
    throw new Error(`${differences} differences: ${JSON.stringify(result)}, the rescan ${JSON.stringify(expected)}`)

  const samples = Array.from({ length: rounds }, () => ({ theirs: cpuMs(rescan), ours: warmCpuMs(ours) }))
  const cpu = samples.map(sample => sample.ours)
  const name = `${label(size)}, ${differences === 0 ? 'equal' : `${differences.toLocaleString('en')} ${where}`}`
  const isGoal = size === CPU_GOAL.size && differences === CPU_GOAL.differences && where === CPU_GOAL.where
  const rows = [
    timesCheaper(isGoal ? CPU_GOAL.ratio : 1, {
      what: name,
      note: `${result.bytes.toLocaleString('en')} B, ${result.rounds} round${result.rounds === 1 ? '' : 's'}`,
      unit: 'ms CPU',
      ours: cpu,
      against: 'rescan',
      theirs: samples.map(sample => sample.theirs),
    }),
  ]
  if (size === EQUAL_GOAL.size && differences === 0)
    rows.push(
      atMost({ what: `${name}, both ways`, unit: 'bytes', ours: result.bytes, theirs: EQUAL_GOAL.bytes }),
      atMost({ what: name, unit: 'rounds', ours: result.rounds, theirs: EQUAL_GOAL.rounds }),
    )
  if (size === RECENT_GOAL.size && differences === RECENT_GOAL.differences && where === 'recent')
    rows.push(
      atMost({ what: `${name}, each`, unit: 'bytes', ours: result.bytes / differences, theirs: RECENT_GOAL.bytesEach }),
      atMost({ what: name, unit: 'rounds', ours: result.rounds, theirs: RECENT_GOAL.rounds }),
      atMost({ what: name, unit: 'ms CPU', ours: cpu, theirs: RECENT_GOAL.cpuMs }),
    )
  return rows
}

function session(initiator: Initiator, answerTo: (message: Uint8Array) => Uint8Array): Session {
  let [bytes, found] = [0, 0]
  for (let message: Uint8Array | undefined = initiator.open(); message !== undefined;) {
    const answer = answerTo(message)
    bytes += message.length + answer.length
    const round = initiator.next(answer)
    found += round.have.length + round.need.length
    message = round.message
  }
  return { rounds: initiator.rounds, bytes, found }
}

function rescanSession(ours: Entry[], theirs: Entry[]): Session {
  const [initiator, responder] = [new Rescan(ours), new Rescan(theirs)]
  let [bytes, rounds] = [0, 0]
  for (let message: Uint8Array | undefined = initiator.open(); message !== undefined; rounds++) {
    const answer = responder.respond(message)
    bytes += message.length + answer.length
    message = initiator.next(answer)
  }
  return { rounds, bytes, found: initiator.have.length + initiator.need.length }
}

/** The garbage of what came before is collected first; that also drops compiled code, so it runs until it is compiled again. */
function warmCpuMs(run: () => Session): number {
  collect()
  for (let index = 0; index < WARM_UP_SESSIONS; index++) run()
  return cpuMs(run)
}

function cpuMs(run: () => Session): number {
  let times = 0
  const started = process.cpuUsage()
  for (;;) {
    run()
    times++
    const { user, system } = process.cpuUsage(started)
    if (user + system >= MEASURE_MS * 1_000) return (user + system) / 1_000 / times
  }
}

/** An item every 37 ms on average, ids as hashes are. Ids lie in memory in the order of the scan, which is the best case for it. */
function makeItems(size: number): Entry[] {
  const ids = new Uint8Array(size * 32)
  for (let at = 0; at < ids.length; at += 65_536) crypto.getRandomValues(ids.subarray(at, at + 65_536))
  const timestamps = Float64Array.from({ length: size }, () => FIRST_MS + Math.floor(Math.random() * size * 37)).sort()
  return Array.from(timestamps, (timestamp, index) => ({
    timestamp,
    id: ids.subarray(index * 32, (index + 1) * 32),
  })).sort(compareEntries)
}

/** In random order, as they come out of a store of keys or from many peers. */
function loadTree(items: Entry[]): [tree: ReconcileTree, bytesPerItem: number] {
  const order = Uint32Array.from(items.keys())
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  const before = usedBytes()
  const tree = new ReconcileTree()
  for (const index of order) tree.insert(items[index]!.timestamp, items[index]!.id)
  return [tree, (usedBytes() - before) / items.length]
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

function usedBytes(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function pick(items: Entry[], count: number, where: (typeof WHERE)[number]): Entry[] {
  if (where === 'recent') return items.slice(-count)
  const picked = new Set<Entry>()
  while (picked.size < count) picked.add(items[Math.floor(Math.random() * items.length)]!)
  return [...picked]
}

function without(items: Entry[], entries: Entry[]): Entry[] {
  const lacking = new Set(entries)
  return items.filter(item => !lacking.has(item))
}

function label(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000}M` : `${size / 1_000}k`
}
