// One node of the replica bench in its own process; prints one line of JSON.
//   node replica-worker.ts make DIR COUNT FILE   puts up COUNT offers and writes them to FILE
//   node replica-worker.ts ingest DIR FILE       an empty node takes the file
//   node replica-worker.ts load DIR              a node starts on what it holds
//   node replica-worker.ts serve DIR             prints where it listens, serves until its stdin closes
//   node replica-worker.ts sync DIR WHERE COUNT  an empty node takes all from another
import { createStack } from '@stoa/stack'
import { createReadStream, createWriteStream } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Stack, StackInit } from '@stoa/stack'

const [role, dataDir, ...rest] = process.argv.slice(2) as [string, string, ...string[]]
/** Longer than any of it takes: reached only when something hangs. */
const MAX_SYNC_MS = 300_000
const BODY_BYTES = 300
const MARKETS = 10
const quiet = { mdns: false, nat: false, discovery: false, network: 'bench', offers: {} } as const satisfies StackInit

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const roles: Record<string, () => Promise<unknown>> = { make, ingest, load, serve, sync }
console.log(JSON.stringify(await roles[role]!()))
if (role === 'serve') process.stdin.on('end', () => process.exit(0)).resume()
else process.exit(0)

async function make(): Promise<unknown> {
  const [count, file] = [Number(rest[0]), rest[1]!]
  await using stack = await createStack({ ...quiet, dataDir, listen: [] })
  const started = performance.now()
  const { published } = await stack.offers.publishMany(newOffers(count))
  const seconds = (performance.now() - started) / 1000
  await pipeline(Readable.from(stack.offers.exportOffers()), createWriteStream(file))
  return { published, seconds }
}

function* newOffers(count: number): Generator<{ market: string; body: Uint8Array; ttlMs: number; name: string }> {
  for (let index = 0; index < count; index++) {
    const body = new Uint8Array(BODY_BYTES).fill(index % 251)
    new DataView(body.buffer).setUint32(0, index)
    yield { market: `bench-${index % MARKETS}`, name: `offer-${index}`, body, ttlMs: 86_400_000 }
  }
}

async function ingest(): Promise<unknown> {
  await using stack = await createStack({ ...quiet, dataDir, listen: [] })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  const report = await stack.offers.importFrom(createReadStream(rest[0]!, { highWaterMark: 262_144 }))
  const seconds = (performance.now() - started) / 1000
  delay.disable()
  return { taken: report.taken, seconds, delayP99Ms: delay.percentile(99) / 1e6, delayMaxMs: delay.max / 1e6 }
}

async function load(): Promise<unknown> {
  const before = await heldWith({ ...quiet, offers: false, mailbox: false, dataDir: `${dataDir}-none`, listen: [] })
  const started = performance.now()
  await using stack = await createStack({ ...quiet, dataDir, listen: [] })
  const seconds = (performance.now() - started) / 1000
  const { entries } = stack.offers.status().offers
  return { entries, seconds, bytesPerEntry: (heldNow() - before) / entries }
}

async function heldWith(init: StackInit): Promise<number> {
  await using _stack = await createStack(init)
  return heldNow()
}

/** Heap and buffers, in bytes. */
function heldNow(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function serve(): Promise<unknown> {
  const stack = await createStack({ ...quiet, dataDir, listen: ['/ip4/127.0.0.1/tcp/0'] })
  return { where: String(stack.libp2p.getMultiaddrs()[0]) }
}

async function sync(): Promise<unknown> {
  const [where, count] = [rest[0]!, Number(rest[1])]
  await using stack = await createStack({ ...quiet, dataDir, listen: [] })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  await stack.libp2p.dial(multiaddr(where))
  await holding(stack, count)
  const seconds = (performance.now() - started) / 1000
  delay.disable()
  const { received, sent } = bytesOf(stack)
  return { seconds, received, sent, delayP99Ms: delay.percentile(99) / 1e6 }
}

async function holding(stack: Stack, count: number): Promise<void> {
  const deadline = performance.now() + MAX_SYNC_MS
  while (stack.offers.status().offers.entries < count) {
    if (performance.now() > deadline) throw new Error(`holds ${stack.offers.status().offers.entries} of ${count}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** What went over the wire of the sync sessions, both ways. */
function bytesOf(stack: Stack): { received: number; sent: number } {
  const { bytesIn = 0, bytesOut = 0 } = stack.offers.status().offers.sync?.counters ?? {}
  return { received: bytesIn, sent: bytesOut }
}
