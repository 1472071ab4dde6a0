import { frameStream, text } from '@stoa/codec'
import { eventually, memoryGrowth, until } from '@stoa/testkit'
import { RPC } from '@libp2p/gossipsub/message'
import { fromString } from 'uint8arrays/from-string'
import { expect, test } from 'vitest'
import { hostilePeer, MESHSUB } from './hostile.ts'
import { broadcastNetwork } from './network.ts'
import type { Stream } from '@libp2p/interface'

const LARGE = 60_000

test('a burst larger than all buffers is published at the speed of the readers, and arrives whole', async () => {
  await using network = await broadcastNetwork({ size: 2, transport: 'tcp' }, { maxBytesPerSecond: 33_554_432 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('burst', text))
  const inbox = there!.messages({ maxBytes: 100 << 20 })
  await here!.ready()
  for (let i = 0; i < 500; i++) {
    expect(await here!.publish(`${i} `.padEnd(LARGE))).toMatchObject({ recipients: 1 })
  }
  for (let i = 0; i < 500; i++) expect((await inbox.next()).value!.value).toMatch(new RegExp(`^${i} `))
  expect(network.node(0).services.broadcast.counters.droppedToSlowPeer).toBe(0)
})

test('a peer that reads nothing costs a bounded buffer, and the others nothing', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  await using sleeper = await hostilePeer(network.node(0), { onStream: stream => stream.pause() })
  await sleeper.sendRpc({ subscriptions: [{ topic: here!.wireTopic, subscribe: true }] })
  await here!.ready({ peers: 2 })
  const grown = await memoryGrowth(async () => {
    for (let i = 0; i < 200; i++) await here!.publish(`${i} `.padEnd(LARGE))
    await until(() => there!.counters.delivered === 200)
  })
  expect(network.node(0).services.broadcast.counters.droppedToSlowPeer).toBeGreaterThan(0)
  // 12 MB went out; what remains is one buffer of 1 MiB and what is kept for those who ask again
  expect(grown.arrayBuffersBytes).toBeLessThan(48 << 20)
})

test('a stream that broke is opened again, and the topic goes on', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  await here!.ready()
  for (const connection of network.node(0).getConnections()) {
    for (const stream of connection.streams.filter(({ protocol }) => protocol === MESHSUB)) {
      if (stream.direction === 'outbound') stream.abort(new Error('broken by the test'))
    }
  }
  expect(await here!.publish('lost')).toMatchObject({ recipients: 0, duplicate: false })
  await here!.ready()
  const inbox = there!.messages()
  expect(await here!.publish('found')).toMatchObject({ recipients: 1 })
  expect((await inbox.next()).value!.value).toBe('found')
})

test('when the connection of a topic closes and another is left, the topic moves to it', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  await Promise.all([here!.ready(), there!.ready()])
  const [carrying] = network.node(0).getConnections()
  await network.node(1).dial(network.node(0).getMultiaddrs(), { force: true })
  await until(() => network.node(0).getConnections().length === 2)
  await carrying!.close()
  await until(async () => (await here!.publish('hello')).recipients === 1)
  await eventually(() => expect(there!.counters.delivered).toBe(1))
})

test('messages that a peer asks for again come in frames that it takes', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  const frames: RPC[] = []
  let longest = 0
  const collect = async (stream: Stream): Promise<void> => {
    for await (const frame of frameStream(stream, { maxFrameBytes: 1 << 24 })) {
      longest = Math.max(longest, frame.byteLength)
      frames.push(RPC.decode(frame))
    }
  }
  await using asker = await hostilePeer(network.node(0), {
    // ends with a reset when the test is over
    onStream: stream => void collect(stream).catch(() => {}),
  })
  await here!.ready()
  const ids = []
  for (let i = 0; i < 8; i++) ids.push((await here!.publish(`${i} `.padEnd(LARGE))).id)
  const messageIDs = ids.map(id => fromString(id, 'hex'))
  await asker.sendRpc({ control: { ihave: [], iwant: [{ messageIDs }], graft: [], prune: [], idontwant: [] } })
  const received = () => frames.flatMap(({ messages }) => messages.map(({ data }) => data?.[0]))
  await eventually(() => expect(received()).toHaveLength(8))
  expect(longest).toBeLessThanOrEqual(65_536)
})

test('a peer of the mesh that sends what is rejected is pruned from it', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here] = network.nodes.map(node =>
    node.services.broadcast.topic('square', text, { validate: value => (value === 'good' ? 'accept' : 'reject') }),
  )
  await using mallory = await hostilePeer(network.node(0))
  await until(() => network.node(0).services.broadcast.pubsub.getPeers().length === 2)
  await mallory.sendRpc({ subscriptions: [{ topic: here!.wireTopic, subscribe: true }] })
  await until(() => here!.meshSize === 2)
  await mallory.sendMessages(here!.wireTopic, ['bad', 'worse'])
  await until(() => here!.meshSize === 1)
  expect(network.node(0).services.broadcast.scoreOf(mallory.peerId)).toBeLessThan(0)
})

test('twenty nodes on one machine keep good scores and all hear all', async () => {
  await using network = await broadcastNetwork({ size: 20, transport: 'tcp', topology: { random: 5 } })
  const topics = network.nodes.map(node => node.services.broadcast.topic('square', text))
  await Promise.all(topics.map(topic => topic.ready({ peers: 5 })))
  // whose neighbours all have as many as they take waits for one of them to look for better
  await until(() => topics.every(topic => topic.meshSize >= 2))
  for (const [index, topic] of topics.entries()) await topic.publish(`from ${index}`)
  await until(() => topics.every(topic => topic.counters.delivered === 19))
  for (const { services } of network.nodes) {
    for (const peer of services.broadcast.pubsub.getPeers())
      expect(services.broadcast.scoreOf(peer)).toBeGreaterThanOrEqual(0)
  }
})
