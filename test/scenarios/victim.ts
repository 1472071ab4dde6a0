// A node for others to attack, in a process of its own so that its memory is its own. Speaks over the IPC channel:
// it sends { address } when it is ready, and answers 'memory' with what it holds after a collection and the most that it used since it was last asked.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { text } from '@stoa/codec'
import { createStack } from '@stoa/stack'
import { echo, LARGE_ANSWER_BYTES, largeAnswers, peopleCount, STALL_MS } from './hostile-protocols.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const stack = await createStack({
  listen: ['/ip4/127.0.0.1/tcp/0'],
  mdns: false,
  nat: false,
  direct: { stallTimeoutMs: STALL_MS },
  discovery: { exchangeTimeoutMs: STALL_MS },
  limits: { handshakeTimeoutMs: STALL_MS },
})
await stack.direct.handle(echo, value => value)
await stack.direct.handle(peopleCount, people => people.names.length)
await stack.direct.handle(largeAnswers, () => new Uint8Array(LARGE_ANSWER_BYTES))
stack.broadcast.topic('square', text)

/** Heap and buffers: what is held, and garbage that was not collected yet. The resident set adds what the allocators keep for later. */
function inUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

let peakBytes = 0
setInterval(() => {
  peakBytes = Math.max(peakBytes, inUse())
}, 10)

process.on('message', () => {
  const peak = Math.max(peakBytes, inUse())
  collect()
  process.send?.({ heldBytes: inUse(), peakBytes: peak, rssBytes: process.memoryUsage.rss() })
  peakBytes = 0
})
process.on('disconnect', () => process.exit(0))
process.send?.({ address: String(stack.libp2p.getMultiaddrs()[0]), protocols: stack.libp2p.getProtocols() })
