import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstLine } from './against.ts'
import { atLeast, atMost, noGoal } from './table.ts'
import { rawVerificationRate } from './verification.ts'
import type { ChildProcess } from 'node:child_process'
import type { Row } from './table.ts'

const WORKER = join(import.meta.dirname, 'replica-worker.ts')
const COUNT = 100_000
const INGEST_GOAL = 0.8
const LOOP_DELAY_GOAL_MS = 50
const START_GOAL_S = 1
const HEAP_GOAL_BYTES = 400

interface Made {
  published: number
}
interface Ingested {
  taken: number
  seconds: number
  delayP99Ms: number
}
interface Loaded {
  entries: number
  seconds: number
  bytesPerEntry: number
}
interface Synced {
  seconds: number
  received: number
  sent: number
  delayP99Ms: number
}

/** 100,000 offers of some 450 bytes: taken from a file, from another node, and from the store at the next start. */
export async function run(rounds: number): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'stoa-bench-'))
  let entriesBytes = 0
  const file = join(directory, 'offers')
  const figures = { raw: [] as number[], ingest: [] as Ingested[], load: [] as Loaded[], sync: [] as Synced[] }
  try {
    const source = join(directory, 'source')
    const made = await worker<Made>('make', source, String(COUNT), file)
    if (made.published !== COUNT) throw new Error(`${made.published} of ${COUNT} offers were published`)
    entriesBytes = statSync(file).size
    for (let round = 0; round < rounds; round++) {
      const taken = join(directory, `ingest-${round}`)
      figures.raw.push(await rawVerificationRate())
      figures.ingest.push(await worker<Ingested>('ingest', taken, file))
      figures.load.push(await worker<Loaded>('load', taken))
      figures.sync.push(await firstSync(source, join(directory, `sync-${round}`)))
      rmSync(taken, { recursive: true, force: true })
      rmSync(join(directory, `sync-${round}`), { recursive: true, force: true })
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  const { raw, ingest, load, sync } = figures
  const against = 'raw verification'
  return [
    atLeast(INGEST_GOAL, {
      what: 'offers taken from a file',
      unit: '/s',
      ours: ingest.map(({ seconds }) => COUNT / seconds),
      against,
      theirs: raw,
    }),
    atMost({
      what: 'event-loop delay meanwhile, p99',
      unit: 'ms',
      ours: ingest.map(({ delayP99Ms }) => delayP99Ms),
      theirs: LOOP_DELAY_GOAL_MS,
    }),
    noGoal('more', {
      what: 'offers taken from another node, both on this machine',
      unit: '/s',
      ours: sync.map(({ seconds }) => COUNT / seconds),
      against,
      theirs: raw,
    }),
    noGoal('less', {
      what: 'first sync of 100,000, time',
      unit: 's',
      ours: sync.map(({ seconds }) => seconds),
      against,
      theirs: raw.map(rate => COUNT / rate),
    }),
    noGoal('less', {
      what: 'first sync of 100,000, bytes on the wire',
      unit: 'MB',
      ours: sync.map(({ received, sent }) => (received + sent) / 1e6),
      against: 'the entries',
      theirs: entriesBytes / 1e6,
    }),
    atMost({
      what: 'start with 100,000 offers held',
      unit: 's',
      ours: load.map(({ seconds }) => seconds),
      theirs: START_GOAL_S,
    }),
    atMost({
      what: 'heap for each offer held',
      unit: 'B',
      ours: load.map(({ bytesPerEntry }) => bytesPerEntry),
      theirs: HEAP_GOAL_BYTES,
    }),
  ]
}

/** A node that has all, and one that starts with nothing: two processes over loopback TCP. */
async function firstSync(source: string, dataDir: string): Promise<Synced> {
  const server = spawn(process.execPath, [WORKER, 'serve', source], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const { where } = JSON.parse(await firstLine(server, 'serve')) as { where: string }
    return await worker<Synced>('sync', dataDir, where, String(COUNT))
  } finally {
    await end(server)
  }
}

async function worker<T>(...args: string[]): Promise<T> {
  const child = spawn(process.execPath, [WORKER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    return JSON.parse(await firstLine(child, args[0]!)) as T
  } finally {
    await end(child)
  }
}

/** Its store stays locked until it is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
