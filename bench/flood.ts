import { join } from 'node:path'
import { Child } from './child.ts'
import { atMost } from './table.ts'
import type { Row } from './table.ts'

const WORKER = join(import.meta.dirname, 'flood-worker.ts')
const FLOODER = join(import.meta.dirname, '../test/scenarios/flooder.ts')
const NETWORK = 'flood'
const BUDGET_BYTES = 2_097_152
const PER_SECOND = 5_000
/** Ten seconds of each flood. */
const COUNT = 50_000
const LOOP_DELAY_GOAL_MS = 100
const ARRIVAL_GOAL_S = 5
const SETTLE_MS = 120_000

interface Report {
  delayP99Ms: number
  chargedBytes: number
  entries: number
  priceBits: number
  peers: number
  held: string
}

interface Round {
  delayP99Ms: number
  arrivalS: number
  share: number
}

/**
 * Two honest nodes, and two that flood them with 5,000 offers a second each: one with signatures that are wrong, one with valid offers of owners
 * that nobody knows. Four processes on the cores of this machine.
 */
export async function run(rounds: number): Promise<Row[]> {
  const figures: Round[] = []
  for (let round = 0; round < rounds; round++) figures.push(await flooded())
  return [
    atMost({
      what: 'flood of 2 × 5,000 offers/s: event-loop delay, p99',
      unit: 'ms',
      ours: figures.map(({ delayP99Ms }) => delayP99Ms),
      theirs: LOOP_DELAY_GOAL_MS,
    }),
    atMost({
      what: 'flood: an honest offer that pays is everywhere after',
      unit: 's',
      ours: figures.map(({ arrivalS }) => arrivalS),
      theirs: ARRIVAL_GOAL_S,
    }),
    atMost({
      what: 'flood: budget in use at the end',
      unit: 'MB',
      ours: figures.map(({ share }) => (share * BUDGET_BYTES) / 1e6),
      theirs: BUDGET_BYTES / 1e6,
    }),
  ]
}

async function flooded(): Promise<Round> {
  const children: Child[] = []
  const start = (file: string, ...args: string[]): Child => {
    const child = new Child(file, args)
    children.push(child)
    return child
  }
  try {
    const nodes = [start(WORKER, NETWORK, String(BUDGET_BYTES)), start(WORKER, NETWORK, String(BUDGET_BYTES))]
    const where = await Promise.all(nodes.map(async node => String((await node.next()).where)))
    await nodes[1]!.ask(`dial ${where[0]}`)
    const flooders = ['invalid', 'valid'].map(kind =>
      start(FLOODER, kind, NETWORK, String(PER_SECOND), String(COUNT), ...where),
    )
    await Promise.all(flooders.map(flooder => flooder.next()))
    for (const node of nodes) await node.ask('watch')
    for (const flooder of flooders) flooder.tell('go')

    await priced(nodes)
    const started = performance.now()
    const key = String(await nodes[0]!.ask('publish'))
    while ((await nodes[1]!.ask(`get ${key}`)) !== true) await pause(20)
    const arrivalS = (performance.now() - started) / 1000

    await Promise.all(flooders.map(flooder => flooder.next()))
    const reports = await settled(nodes)
    for (const node of nodes) if ((await node.ask(`get ${key}`)) !== true) throw new Error('the honest offer is gone')
    // the other honest node and the one whose offers are valid
    if (reports.some(({ peers }) => peers > 2)) throw new Error('the invalid flooder is still connected')
    return {
      delayP99Ms: Math.max(...reports.map(report => report.delayP99Ms)),
      arrivalS,
      share: Math.max(...reports.map(({ chargedBytes }) => chargedBytes)) / BUDGET_BYTES,
    }
  } finally {
    await Promise.all(children.map(child => child.end()))
  }
}

/** Until free room is gone on both. */
async function priced(nodes: Child[]): Promise<void> {
  for (;;) {
    const reports = (await Promise.all(nodes.map(node => node.ask('report')))) as Report[]
    if (reports.every(({ priceBits }) => priceBits > 0)) return
    await pause(50)
  }
}

/** Until both hold the same. */
async function settled(nodes: Child[]): Promise<Report[]> {
  const deadline = performance.now() + SETTLE_MS
  for (;;) {
    const reports = (await Promise.all(nodes.map(node => node.ask('report')))) as Report[]
    if (new Set(reports.map(({ held }) => held)).size === 1) return reports
    if (performance.now() > deadline) throw new Error(`sets differ ${SETTLE_MS} ms after the flood`)
    await pause(200)
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
