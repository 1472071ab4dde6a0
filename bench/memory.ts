import { multiaddr } from '@multiformats/multiaddr'
import { boundStream } from '@stoa/codec'
import { createStack } from '@stoa/stack'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { atMost } from './table.ts'
import type { Row } from './table.ts'

const MEMORY_GOAL_MB = 8
const PROTOCOL = '/bench/slow-reader/1.0.0'
const OFFERED_BYTES = 268_435_456

/** What a sender holds whose receiver has read one piece and stopped. */
export async function run(rounds: number): Promise<Row[]> {
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) figures.push(await heldBySender())
  return [atMost({ what: 'memory of a sender, slow reader', unit: 'MB', ours: figures, theirs: MEMORY_GOAL_MB })]
}

async function heldBySender(): Promise<number> {
  const quiet = { mdns: false, nat: false, discovery: false, broadcast: false } as const
  await using receiver = await createStack({ ...quiet, listen: ['/ip4/127.0.0.1/tcp/0'] })
  await receiver.libp2p.handle(PROTOCOL, async stream => {
    await boundStream(stream).read()
  })
  await using sender = await createStack({ ...quiet, listen: [] })
  const raw = await sender.libp2p.dialProtocol(multiaddr(String(receiver.libp2p.getMultiaddrs()[0])), PROTOCOL)
  const stream = boundStream(raw)
  const before = heldNow()
  const piece = 65_536
  let written = 0
  const writing = (async () => {
    for (; written < OFFERED_BYTES; written += piece) await stream.write(new Uint8Array(piece).fill(1))
  })().catch(() => {})
  // until nothing more is taken: the sender waits
  for (let last = -1; last !== written || written === 0;) {
    last = written
    await new Promise(resolve => setTimeout(resolve, 250))
  }
  const held = heldNow() - before
  stream.abort(new Error('measured'))
  await writing
  return Math.max(0, held) / 1e6
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Heap and buffers of this process, both sides of the stream together: an upper bound for the sender alone, in bytes. */
function heldNow(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
