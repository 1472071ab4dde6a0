// One node of the bench scale-replica in its own process.
//   node scale-replica-worker.ts make FILE COUNT FORMS    signs COUNT offers, created over the last FORMS ms
//   node scale-replica-worker.ts ingest DIR FILE          a node takes the file
//   node scale-replica-worker.ts start DIR                a node starts on what it holds
//   node scale-replica-worker.ts sync DIR WHERE COUNT     a node takes what it lacks from another, until it holds COUNT
//   node scale-replica-worker.ts steady DIR WHERE MS      a node that has all synchronizes again and again, for MS
//   node scale-replica-worker.ts idle DIR WHERE MS        the same node, with the intervals that are the default
//   node scale-replica-worker.ts serve DIR                prints where it listens; then takes `take FILE` and `cpu`
import { multiaddr } from '@multiformats/multiaddr'
import { createStack } from '@stoa/stack'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NETWORK, writeOffers } from './scale-offers.ts'
import type { Stack, StackInit } from '@stoa/stack'

const [role, dataDir, ...rest] = process.argv.slice(2) as [string, string, ...string[]]
/** Between two sessions of the node that is measured. The other side takes as many. */
const OFTEN = { syncIntervalMs: 50, minSyncIntervalMs: 50, maxSyncIntervalMs: 50 }
const TAKES_ALL = { maxInboundSessions: 16, inboundBurst: 1_000_000, inboundIntervalMs: 1 }
const node = {
  network: NETWORK,
  mdns: false,
  nat: false,
  discovery: false,
  mailbox: false,
  dataDir,
  listen: [],
  // room for all of them for nothing: half of it is free (spec/replica.md §5)
  offers: { budgetBytes: 2 ** 33, replica: { sync: TAKES_ALL } },
} as const satisfies StackInit
const often = { ...node, offers: { ...node.offers, replica: { sync: { ...TAKES_ALL, ...OFTEN } } } }

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const roles: Record<string, () => Promise<unknown>> = { make, ingest, start, sync, steady, idle, serve }
await roles[role]!()
process.exit(0)

function say(value: unknown): void {
  console.log(JSON.stringify(value))
}

async function make(): Promise<void> {
  await writeOffers(dataDir, Number(rest[0]), Number(rest[1]))
  say({})
}

async function ingest(): Promise<void> {
  await using stack = await createStack(node)
  const work = working()
  const { taken } = await stack.offers.importFrom(createReadStream(rest[0]!, { highWaterMark: 262_144 }))
  say({ taken, ...work() })
}

async function start(): Promise<void> {
  const before = await heldWithout()
  const work = working()
  await using stack = await createStack(node)
  const { seconds } = work()
  const { entries } = stack.offers.status().offers
  const heapBytes = heldNow() - before
  say({ entries, seconds, heapBytes, residentBytes: process.memoryUsage.rss() })
}

async function heldWithout(): Promise<number> {
  await using _stack = await createStack({ ...node, dataDir: `${dataDir}-none` })
  return heldNow()
}

async function sync(): Promise<void> {
  const [where, count] = [rest[0]!, Number(rest[1])]
  await using stack = await createStack(node)
  const work = working()
  await stack.libp2p.dial(multiaddr(where))
  await until(() => held(stack) >= count)
  const worked = work()
  // bytes are counted when a session ends; where the first one takes long the other side has begun one, too
  await until(() => sessions(stack) > 0 && stack.offers.status().offers.sessions === 0)
  say({ ...worked, ...wire(stack) })
}

async function steady(): Promise<void> {
  await using stack = await createStack(often)
  say(await measured(stack))
}

async function idle(): Promise<void> {
  await using stack = await createStack(node)
  say(await measured(stack))
}

async function measured(stack: Stack<typeof node>): Promise<unknown> {
  await stack.libp2p.dial(multiaddr(rest[0]!))
  await until(() => sessions(stack) > 0)
  // compiled by then
  await pause(1_000)
  const [before, work, wireBefore] = [sessions(stack), working(), wire(stack)]
  say({ isBegun: true })
  await pause(Number(rest[1]))
  const { receivedBytes, sentBytes } = wire(stack)
  return {
    ...work(),
    sessions: sessions(stack) - before,
    receivedBytes: receivedBytes - wireBefore.receivedBytes,
    sentBytes: sentBytes - wireBefore.sentBytes,
  }
}

async function serve(): Promise<void> {
  const stack = await createStack({ ...node, listen: ['/ip4/127.0.0.1/tcp/0'] })
  say({ where: String(stack.libp2p.getMultiaddrs()[0]) })
  for await (const line of createInterface(process.stdin)) {
    const [command, argument] = line.split(' ') as [string, string?]
    if (command === 'take') say({ answer: (await stack.offers.importFrom(createReadStream(argument!))).taken })
    else say({ answer: cpuMs() })
  }
}

function held(stack: Stack<typeof node>): number {
  return stack.offers.status().offers.entries
}

/** Of offers alone, that came to their end. */
function sessions(stack: Stack<typeof node>): number {
  return stack.offers.status().offers.sync?.counters.sessions.done ?? 0
}

/** What went over the wire in sync sessions of offers. */
function wire(stack: Stack<typeof node>): { receivedBytes: number; sentBytes: number } {
  const { bytesIn = 0, bytesOut = 0 } = stack.offers.status().offers.sync?.counters ?? {}
  return { receivedBytes: bytesIn, sentBytes: bytesOut }
}

/** What is begun now takes, when the result is called. CPU is of all threads of this process. */
function working(): () => { seconds: number; cpuMs: number } {
  const [started, cpu] = [performance.now(), cpuMs()]
  return () => ({ seconds: (performance.now() - started) / 1_000, cpuMs: cpuMs() - cpu })
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Heap and buffers, in bytes. */
function heldNow(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The bench bounds how long this process may live. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5)
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
