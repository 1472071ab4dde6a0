import { expect, test } from 'vitest'
import { createNetwork, eventually, rawPeer } from '../src/index.ts'
import type { Stream } from '@libp2p/interface'

const PROTOCOL = '/victim/1.0.0'

test.each(['memory', 'tcp', 'ws'] as const)('a raw peer sends any bytes on any protocol over %s', async transport => {
  await using network = await createNetwork({ size: 1, transport })
  await using peer = await rawPeer({ transport })
  const arrived = Promise.withResolvers<Uint8Array>()
  await network.node(0).handle(PROTOCOL, stream => {
    stream.addEventListener('message', event => arrived.resolve(event.data.subarray()))
  })
  await peer.sendBytes(network.node(0), PROTOCOL, Uint8Array.of(0xff, 0xff, 0xff, 0xff))
  expect(Uint8Array.from(await arrived.promise)).toEqual(Uint8Array.of(0xff, 0xff, 0xff, 0xff))
})

test('a raw peer opens as many streams as the victim lets it', async () => {
  await using network = await createNetwork({ size: 1 })
  await using peer = await rawPeer()
  const streams: Stream[] = []
  await network.node(0).handle(PROTOCOL, stream => void streams.push(stream), { maxInboundStreams: 100 })
  await peer.openMany(network.node(0), PROTOCOL, 300)
  await eventually(() => expect(streams).toHaveLength(100))
})

test('a stalled stream takes no more than its window', async () => {
  await using network = await createNetwork({ size: 1 })
  await using peer = await rawPeer()
  const opened = Promise.withResolvers<Stream>()
  await network.node(0).handle(PROTOCOL, opened.resolve)
  const held = await peer.stall(network.node(0), PROTOCOL, Uint8Array.of(1))
  const stream = await opened.promise
  while (stream.send(new Uint8Array(64 << 10)));
  await eventually(() => expect(held.readBufferLength).toBeGreaterThanOrEqual(256 << 10))
  expect(held.status).toBe('open')
  expect(stream.writableNeedsDrain).toBe(true)
})

test('a raw peer given the links of a network suffers its partitions', async () => {
  await using network = await createNetwork({ size: 1 })
  await using peer = await rawPeer({ links: network.links })
  const names = [network.node(0).peerId.toString(), peer.peerId.toString()] as const
  network.links.partition([names[0]], [names[1]], 'stall')
  await expect(peer.connect(network.node(0))).rejects.toThrow('partition')
  network.heal()
  expect((await peer.connect(network.node(0))).status).toBe('open')
})
