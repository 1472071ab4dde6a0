import { text } from '@stoa/codec'
import { expect, test } from 'vitest'
import { nearness } from '../src/core/nearness.ts'
import { broadcastNetwork } from './network.ts'
import type { BroadcastNetwork } from './network.ts'
import type { BroadcastInit } from '../src/index.ts'

/** What one node thinks of two others, of which one is near and one is far. */
async function scores(options: BroadcastInit): Promise<[near: number, far: number]> {
  await using network: BroadcastNetwork = await broadcastNetwork({ size: 3, topology: 'star' }, options)
  const topics = network.nodes.map(node => node.services.broadcast.topic('square', text))
  const [hub, near, far] = network.nodes
  // as libp2p's connection monitor sets it
  for (const connection of hub!.getConnections(near!.peerId)) connection.rtt = 20
  for (const connection of hub!.getConnections(far!.peerId)) connection.rtt = 400
  await topics[0]!.ready({ peers: 2 })
  const { router } = hub!.services.broadcast as unknown as { router: { score: { scoreCache: Map<string, unknown> } } }
  router.score.scoreCache.clear()
  return [near, far].map(node => hub!.services.broadcast.scoreOf(node!.peerId)) as [number, number]
}

test('a peer with a short round trip scores better than one with a long one', async () => {
  const [near, far] = await scores({})
  expect(near).toBeCloseTo(nearness(20))
  expect(far).toBeCloseTo(nearness(400))
})

test('with preferNear off the round trip counts for nothing', async () => {
  expect(await scores({ preferNear: false })).toEqual([0, 0])
})
