// One honest node of the flood bench in its own process. A line of JSON for each line on its stdin:
//   dial WHERE · publish → the key · get KEY → whether it is listed · watch → starts to measure · report → what was measured
import { createHash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { createStack } from '@stoa/stack'

const [network, budgetBytes] = process.argv.slice(2) as [string, string]
const stack = await createStack({
  network,
  mdns: false,
  nat: false,
  discovery: false,
  listen: ['/ip4/127.0.0.1/tcp/0'],
  limits: { maxInboundPerSecondPerHost: 100 },
  offers: { budgetBytes: Number(budgetBytes) },
})
const delay = monitorEventLoopDelay({ resolution: 1 })

const commands: Record<string, (argument: string) => unknown> = {
  dial: async where => {
    await stack.libp2p.dial(multiaddr(where))
  },
  publish: async () => (await stack.offers.publish('honest', new Uint8Array(200).fill(1))).key,
  get: async key => (await stack.offers.get(key)) !== undefined,
  watch: () => delay.enable(),
  report: async () => {
    const { chargedBytes, entries, priceBits, counters } = stack.offers.status().offers
    const held = createHash('sha256')
    const keys: string[] = []
    for await (const { key, seq } of stack.offers.all()) keys.push(`${key} ${seq}`)
    for (const key of keys.toSorted()) held.update(key)
    return {
      delayP99Ms: delay.percentile(99) / 1e6,
      chargedBytes,
      entries,
      priceBits,
      peers: stack.libp2p.getPeers().length,
      verdicts: counters.verdicts,
      held: held.digest('hex'),
    }
  },
}

console.log(JSON.stringify({ where: String(stack.libp2p.getMultiaddrs()[0]) }))
const lines = createInterface(process.stdin)
lines.on('close', () => process.exit(0))
for await (const line of lines) {
  const [name, argument = ''] = line.split(' ')
  console.log(JSON.stringify({ answer: (await commands[name!]!(argument)) ?? null }))
}
