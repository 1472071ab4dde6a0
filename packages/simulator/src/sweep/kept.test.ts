import { broadcast } from '@stoa/broadcast'
import { createNetwork } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { GOSSIP_PARAMETERS } from '../cli/gossip-flags.ts'
import { resolveSettings } from '../settings.ts'
import { settingsKey } from './kept.ts'
import type { NetworkSettings } from '../settings.ts'

function keyOf(gossip: NetworkSettings['gossip']): string {
  return settingsKey(resolveSettings({ gossip }))
}

test('a parameter that is given as a node has it anyway is the network without it, and another value is not', async () => {
  await using network = await createNetwork({ size: 1, services: () => ({ broadcast: broadcast() }) })
  // what it was made with and all defaults: there, and not in the types
  const { opts } = network.node(0).services.broadcast.pubsub as unknown as { opts: Record<string, number | boolean> }
  for (const [name, { option = name }] of Object.entries(GOSSIP_PARAMETERS)) {
    const value = opts[option]
    expect(keyOf({ [option]: value }), name).toBe(keyOf({}))
    const another = typeof value === 'boolean' ? !value : Number(value) / 2
    expect(settingsKey({ ...resolveSettings(), gossip: { [option]: another } }), name).not.toBe(keyOf({}))
  }
})

test('a default that is given is the one that is not', () => {
  const key = (gossip: NetworkSettings['gossip']) => settingsKey(resolveSettings({ gossip }))
  expect(key({ D: 4, heartbeatInterval: 1_000 })).toBe(key({}))
  expect(key({ D: 4, Dhi: 12 })).not.toBe(key({}))
})

test('the order in which settings were given does not change what they are', () => {
  const { seed, nodes, ...others } = resolveSettings({ gossip: { Dlo: 3, D: 4 }, bytesPerSecond: Infinity })
  const same = { ...others, gossip: { ...others.gossip, D: 4 }, nodes, seed }
  expect(settingsKey(same)).toBe(settingsKey({ seed, nodes, ...others }))
  expect(settingsKey({ ...same, nodes: 99 })).not.toBe(settingsKey(same))
})
