import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sealingRows } from './sealing.ts'
import { atMost } from './table.ts'
import type { ChildProcess } from 'node:child_process'
import type { Row } from './table.ts'

const WORKER = join(import.meta.dirname, 'mail-worker.ts')
const SCANNED = 100_000
const OWN = 50
const SCAN_GOAL_S = 1
const STORED = 10_000
/** What a replica may use for an entry of any kind: records.md. */
const ENTRY_GOAL_BYTES = 400
const LETTERS = 20
const DIRECT_GOAL_S = 2
const THIRD_GOAL_S = 2
/** No step takes longer: a node that hangs ends the bench with an error. */
const LIMIT_MS = 600_000

interface Latency {
  arrivedMs: number
  receiptMs: number
}

/** Sealing and opening, looking through 100,000 letters, how fast a letter arrives, and what storing others' letters takes. */
export async function run(rounds: number): Promise<Row[]> {
  const rows = await sealingRows(rounds)
  const directory = mkdtempSync(join(tmpdir(), 'stoa-bench-'))
  try {
    rows.push(await scanned(join(directory, 'scan'), rounds))
    rows.push(await stored(join(directory, 'stored')))
    for (const [name, goal] of [
      ['direct', DIRECT_GOAL_S],
      ['through a third node', THIRD_GOAL_S],
    ] as const) {
      const figures = await latencies(join(directory, name.replaceAll(' ', '-')), name === 'direct')
      const row = (what: string, of: (figure: Latency) => number): Row =>
        atMost({ what: `${what}, ${name}`, unit: 's', ours: figures.map(figure => of(figure) / 1_000), theirs: goal })
      rows.push(
        row('send to inbox', ({ arrivedMs }) => arrivedMs),
        row('send to receipt', ({ receiptMs }) => receiptMs),
      )
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  return rows
}

async function scanned(directory: string, rounds: number): Promise<Row> {
  const { identity, key } = await answer<{ identity: string; key: string }>('identity', directory)
  await answer('fill', directory, String(SCANNED), String(OWN), identity, key)
  const seconds: number[] = []
  let tried = 0
  // what was found is in the inbox the next time: only the first start looks through all of it
  for (let round = 0; round < Math.min(1, rounds); round++) {
    const scan = await answer<{ seconds: number; tried: number }>('scan', directory, String(OWN))
    seconds.push(scan.seconds)
    tried = scan.tried
  }
  const what = `${SCANNED.toLocaleString('en')} letters looked through after start`
  return atMost({ what, note: `${tried} tried`, unit: 's', ours: seconds, theirs: SCAN_GOAL_S })
}

async function stored(directory: string): Promise<Row> {
  const nobody = '00'.repeat(32)
  const { key } = await answer<{ key: string }>('identity', directory)
  await answer('fill', directory, String(STORED), '1', nobody, key)
  const { entries, bytes } = await answer<{ entries: number; bytes: number }>('load', directory)
  const what = `memory for each of ${entries.toLocaleString('en')} letters kept for others`
  return atMost({ what, unit: 'B', ours: bytes / entries, theirs: ENTRY_GOAL_BYTES })
}

async function latencies(directory: string, isDirect: boolean): Promise<Latency[]> {
  const nodes: Node[] = []
  const start = async (role: string, name: string, ...args: string[]): Promise<Node> => {
    const node = new Node(role, join(directory, name), ...args)
    nodes.push(node)
    return node
  }
  try {
    let where: string | undefined
    if (!isDirect) where = (await (await start('relay', 'third')).next<{ where: string }>()).where
    const receiver = await start('receive', 'receiver', ...(where === undefined ? [] : [where]))
    const met = await receiver.next<{ where: string; peer: string }>()
    const sender = await start('send', 'sender', where ?? met.where, met.peer, String(LETTERS))
    const arrived = new Map<string, number>()
    // and the one before the first
    for (let count = 0; count <= LETTERS; count++) {
      const { letter, atMs } = await receiver.next<{ letter: string; atMs: number }>()
      arrived.set(letter, atMs)
    }
    const { sent } = await sender.next<{ sent: Array<{ id: string; sentMs: number; deliveredMs: number }> }>()
    return sent.map(({ id, sentMs, deliveredMs }) => ({
      arrivedMs: arrived.get(id)! - sentMs,
      receiptMs: deliveredMs - sentMs,
    }))
  } finally {
    for (const node of nodes) node.stop()
  }
}

async function answer<T>(role: string, ...args: string[]): Promise<T> {
  const node = new Node(role, ...args)
  try {
    return await node.next<T>()
  } finally {
    await node.ended()
  }
}

class Node {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #role: string

  constructor(role: string, ...args: string[]) {
    this.#role = role
    this.#child = spawn(process.execPath, [WORKER, role, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: LIMIT_MS,
    })
    this.#lines = createInterface(this.#child.stdout!)[Symbol.asyncIterator]()
  }

  async next<T>(): Promise<T> {
    const line = await this.#lines.next()
    if (line.done === true) throw new Error(`the node that was to ${this.#role} ended`)
    return JSON.parse(line.value) as T
  }

  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }
}
