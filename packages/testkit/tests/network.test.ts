import { expect, test } from 'vitest'
import { createNetwork, streamPair } from '../src/index.ts'
import type { PeerId } from '@libp2p/interface'

test.each(['memory', 'tcp', 'ws'] as const)('two nodes connect and ping over %s', async transport => {
  await using network = await createNetwork({ size: 2, transport })
  expect(await network.node(0).services.ping.ping(network.node(1).peerId)).toBeGreaterThanOrEqual(0)
})

test('every node runs the services of its index, typed', async () => {
  await using network = await createNetwork({
    size: 3,
    topology: 'line',
    services: index => ({ own: (components: { peerId: PeerId }) => ({ index, peerId: components.peerId }) }),
  })
  expect(network.nodes.map(node => node.services.own.index)).toEqual([0, 1, 2])
  expect(network.nodes.map(node => node.getPeers().length)).toEqual([1, 2, 1])
})

test('a seed gives the same peer ids each time', async () => {
  await using first = await createNetwork({ size: 2, topology: 'none', seed: 7 })
  await using second = await createNetwork({ size: 2, topology: 'none', seed: 7 })
  expect(first.nodes.map(node => node.peerId.toString())).toEqual(second.nodes.map(node => node.peerId.toString()))
})

test('20 nodes over TCP form a full mesh without tripping the limits of one host', async () => {
  await using network = await createNetwork({ size: 20, transport: 'tcp', topology: 'full' })
  expect(network.nodes.map(node => node.getPeers().length)).toEqual(Array.from({ length: 20 }, () => 19))
})

test('a stream pair carries bytes both ways, and opens more streams on its connection', async () => {
  await using pair = await streamPair()
  const another = await pair.open()
  for (const { outbound, inbound } of [pair, another]) {
    const arrived = new Promise(resolve =>
      inbound.addEventListener('message', event => resolve(event.data.subarray()), { once: true }),
    )
    outbound.send(Uint8Array.of(1, 2, 3))
    expect(await arrived).toEqual(Uint8Array.of(1, 2, 3))
    const answered = new Promise(resolve =>
      outbound.addEventListener('message', event => resolve(event.data.subarray()), { once: true }),
    )
    inbound.send(Uint8Array.of(4))
    expect(await answered).toEqual(Uint8Array.of(4))
  }
})
