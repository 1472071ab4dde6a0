import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import type { Stack } from '@stoa/stack'

const SIZE = 20
const TARGET = 12
/** Far above the 3 to 6 s that it takes: reached only when a network does not form. */
const FORMING_MS = 90_000

async function node(bootstrap: string[], dataDir?: string): Promise<Stack> {
  return createStack({
    bootstrap,
    dataDir,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    targetPeers: TARGET,
    mdns: false,
    nat: false,
    // a fleet on one host is what this limit is against
    limits: { maxInboundPerSecondPerHost: 1_000 },
  })
}

const connected = (stack: Stack): number => stack.discovery.status().connected

test(
  'twenty nodes that know one bootstrap find each other, and one that restarts without it comes back',
  { timeout: 180_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'stoa-twenty-'))
    const bootstrap = await node([])
    const addresses = bootstrap.libp2p.getMultiaddrs().map(String)
    const others = await Promise.all(
      Array.from({ length: SIZE - 1 }, (_, index) => node(addresses, index === 0 ? dataDir : undefined)),
    )
    const stacks = [bootstrap, ...others]
    try {
      const everybody = `${SIZE} nodes with ${TARGET} peers each`
      const counts = (): string => `${everybody}, they have ${stacks.map(connected).join(' ')}`
      await until(() => stacks.every(stack => connected(stack) >= TARGET), { timeoutMs: FORMING_MS, what: counts })

      await bootstrap.stop()
      const restarted = others[0]!
      const identity = restarted.peerId.toString()
      await restarted.stop()
      const back = await node(addresses, dataDir)
      others[0] = back
      expect(back.peerId.toString()).toBe(identity)
      await until(() => connected(back) >= TARGET, {
        timeoutMs: FORMING_MS,
        what: () => `${TARGET} peers without bootstrap, it has ${connected(back)}`,
      })
    } finally {
      await Promise.all([bootstrap, ...others].map(stack => stack.stop()))
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
)
