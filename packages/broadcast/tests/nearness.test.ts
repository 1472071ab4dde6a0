import { text } from '@stoa/codec'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { nearness } from '../src/core/nearness.ts'
import { hostilePeer } from './hostile.ts'
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

test('a near peer that sits in the mesh and says nothing is near no more', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [hub, speaker] = network.nodes
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  await until(() => here!.meshSize === 1 && there!.meshSize === 1)
  await using silent = await hostilePeer(hub!)
  for (const connection of hub!.getConnections(silent.peerId)) connection.rtt = 20
  const { wireTopic } = here!
  await silent.sendRpc({
    subscriptions: [{ subscribe: true, topic: wireTopic }],
    control: { graft: [{ topicID: wireTopic }], prune: [], ihave: [], iwant: [], idontwant: [] },
  })
  await until(() => here!.meshSize === 2)
  const service = hub!.services.broadcast
  await until(() => service.scoreOf(silent.peerId) > 3)
  const before = service.scoreOf(speaker!.peerId)

  for (let count = 0; count < 70; count++) await there!.publish(`message ${count}`)
  await until(() => service.scoreOf(silent.peerId) <= 0)
  // a peer that left would have no score either
  expect(here!.meshSize).toBe(2)
  expect(service.scoreOf(speaker!.peerId)).toBeGreaterThanOrEqual(before)
})
