import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from './child.ts'
import { rowsOfReplica } from './scale-replica-rows.ts'
import type { BenchInit } from './bench-init.ts'
import type { CaughtUp, ReplicaPoint } from './scale-replica-rows.ts'
import type { Row } from './table.ts'

const WORKER = join(import.meta.dirname, 'scale-replica-worker.ts')
const SIZES = [1_000, 10_000, 100_000, 1_000_000]
const CHANGES = [100, 1_000]
/** They were created over half a day; changes within the last minute. */
const OFFERS_FOR_MS = 43_200_000
const CHANGES_FOR_MS = 60_000
const STEADY_MS = 5_000
/** A first sync of so many offers is done as often as there are rounds; of more, less often. */
const REPEATED = 300_000
const CHILD = { limitMs: 1_200_000, maxHeapMegabytes: 6_144 }

interface Worked {
  seconds: number
  cpuMs: number
}
type Synced = Worked & { receivedBytes: number; sentBytes: number }

/** What a replica costs one node, against the number of offers in it: two nodes, each a process, over loopback TCP. */
export async function run(rounds: number, { sizes = SIZES, keep }: BenchInit): Promise<Row[]> {
  const points: ReplicaPoint[] = []
  for (const size of sizes) {
    const directory = mkdtempSync(join(tmpdir(), 'stoa-bench-'))
    try {
      points.push(await pointOf(size, rounds, directory))
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    keep(rowsOfReplica(points), points)
  }
  return rowsOfReplica(points)
}

async function pointOf(offers: number, rounds: number, directory: string): Promise<ReplicaPoint> {
  const tell = progressOf(offers)
  const [file, source, target] = ['offers', 'source', 'target'].map(name => join(directory, name)) as [
    string,
    string,
    string,
  ]
  await once('make', file, String(offers), String(OFFERS_FOR_MS))
  tell('signed')
  const fromFile = await once<Worked & { taken: number }>('ingest', source, file)
  if (fromFile.taken !== offers) throw new Error(`${fromFile.taken} of ${offers} offers were taken from the file`)
  tell(`taken from a file in ${fromFile.seconds.toFixed(1)} s`)

  const server = new Child(WORKER, ['serve', source], CHILD)
  try {
    const { where } = await server.next<{ where: string }>()
    const firstSync: ReplicaPoint['firstSync'] = []
    for (let round = 0; round < Math.max(1, Math.min(rounds, Math.floor(REPEATED / offers))); round++) {
      rmSync(target, { recursive: true, force: true })
      firstSync.push(await served(server, () => once<Synced>('sync', target, where, String(offers))))
      tell(`first sync in ${firstSync.at(-1)!.seconds.toFixed(1)} s`)
    }
    const steady = await steadyOf(server, target, where)
    tell(`${steady.sessions} sessions that found nothing`)
    const start: ReplicaPoint['start'] = []
    for (let round = 0; round < rounds; round++) start.push(await once('start', target))
    tell(`started in ${start[0]!.seconds.toFixed(2)} s`)
    const catchUp = await caughtUp(server, { offers, rounds, directory, target, where })
    tell('caught up')
    return { offers, fileBytes: statSync(file).size, fromFile, firstSync, steady, start, catchUp }
  } finally {
    await server.end()
  }
}

/** What a session costs is what a node takes that does many, less what it takes that does none. */
async function steadyOf(server: Child, target: string, where: string): Promise<ReplicaPoint['steady']> {
  const measured = async (role: string): Promise<Synced & { sessions: number; serverCpuMs: number }> => {
    const child = new Child(WORKER, [role, target, where, String(STEADY_MS)], CHILD)
    try {
      await child.next()
      const before = await server.ask<number>('cpu')
      const figures = await child.next<Synced & { sessions: number }>()
      const serverCpuMs = (await server.ask<number>('cpu')) - before
      await child.ended()
      return { ...figures, serverCpuMs }
    } finally {
      await child.end()
    }
  }
  const idle = await measured('idle')
  const busy = await measured('steady')
  const sessions = busy.sessions - idle.sessions
  if (sessions < 1) throw new Error('no session came to its end')
  return {
    sessions,
    bytesPerSession: (busy.receivedBytes + busy.sentBytes) / busy.sessions,
    cpuMsPerSession: Math.max(0, busy.cpuMs - idle.cpuMs) / sessions,
    servingCpuMsPerSession: Math.max(0, busy.serverCpuMs - idle.serverCpuMs) / sessions,
    idleCpuMsPerSecond: idle.cpuMs / idle.seconds,
  }
}

/** The node was away while the other one took new offers. */
async function caughtUp(
  server: Child,
  at: { offers: number; rounds: number; directory: string; target: string; where: string },
): Promise<CaughtUp[]> {
  const byChanges: CaughtUp[] = CHANGES.map(changes => ({ changes, runs: [] }))
  let count = at.offers
  for (let round = 0; round < at.rounds; round++) {
    for (const { changes, runs } of byChanges) {
      const file = join(at.directory, 'changes')
      await once('make', file, String(changes), String(CHANGES_FOR_MS))
      count += await server.ask<number>(`take ${file}`)
      runs.push(await served(server, () => once<Synced>('sync', at.target, at.where, String(count))))
    }
  }
  return byChanges
}

/** With the CPU of the other side. */
async function served(server: Child, run: () => Promise<Synced>): Promise<Synced & { servingCpuMs: number }> {
  const before = await server.ask<number>('cpu')
  const synced = await run()
  return { ...synced, servingCpuMs: (await server.ask<number>('cpu')) - before }
}

async function once<T = unknown>(...args: string[]): Promise<T> {
  const child = new Child(WORKER, args, CHILD)
  try {
    const answer = await child.next<T>()
    await child.ended()
    return answer
  } finally {
    await child.end()
  }
}

function progressOf(offers: number): (what: string) => void {
  const started = performance.now()
  return what =>
    console.error(
      `  ${offers.toLocaleString('en')} offers, ${Math.round((performance.now() - started) / 1_000)} s: ${what}`,
    )
}
