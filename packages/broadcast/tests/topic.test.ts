import { generateKeyPair } from '@libp2p/crypto/keys'
import { bytes, text } from '@stoa/codec'
import { createNetwork, eventually, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { broadcast, messageId, wireBytes } from '../src/index.ts'
import { broadcastNetwork } from './network.ts'

const TOPIC = '/stoa/main/topic/square'

test('ids are those of the specification, and the same at both ends', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  const inbox = there!.messages()
  await here!.ready()
  const { id } = await here!.publish('hello')
  expect(id).toBe('b557ae8aaf83e970eab639e1583f7824b76786f804572f07f1d2fa4ba365899f')
  expect((await inbox.next()).value!.id).toBe(id)
  expect(Buffer.from(await messageId(TOPIC, text.encode('hello'))).toString('hex')).toBe(id)
})

test('publishing the same twice says duplicate, whoever was first', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  const inbox = there!.messages()
  await Promise.all([here!.ready(), there!.ready()])
  expect(await here!.publish('hello')).toMatchObject({ recipients: 1, duplicate: false })
  expect(await here!.publish('hello')).toMatchObject({ recipients: 0, duplicate: true })
  await inbox.next()
  expect(await there!.publish('hello')).toMatchObject({ recipients: 0, duplicate: true })
  expect(here!.counters).toMatchObject({ published: 1, publishedDuplicates: 1 })
})

test('publishing to nobody says so, and does not spoil a second try', async () => {
  await using network = await broadcastNetwork({ size: 2, topology: 'none' })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  expect(await here!.publish('hello')).toMatchObject({ recipients: 0, duplicate: false })
  const inbox = there!.messages()
  await network.connect(0, 1)
  await here!.ready()
  expect(await here!.publish('hello')).toMatchObject({ recipients: 1, duplicate: false })
  expect((await inbox.next()).value!.value).toBe('hello')
  expect(here!.counters).toMatchObject({ publishedToNobody: 1, published: 1 })
})

test('ready waits for as many subscribers as asked, and ends with its signal or its topic', async () => {
  await using network = await broadcastNetwork({ size: 3, topology: 'none' })
  const [here, second, third] = network.nodes
  const topic = here!.services.broadcast.topic('square', text)
  const waiting = topic.ready({ peers: 2 })
  await Promise.all([network.connect(0, 1), network.connect(0, 2)])
  second!.services.broadcast.topic('square', text)
  await topic.ready()
  third!.services.broadcast.topic('square', text)
  await waiting
  expect(topic.subscribers).toHaveLength(2)

  const controller = new AbortController()
  const aborted = topic.ready({ peers: 3, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(aborted).rejects.toMatchObject({ code: 'aborted', cause: new Error('enough') })
  const closed = topic.ready({ peers: 3 })
  await topic.close()
  await expect(closed).rejects.toMatchObject({ code: 'closed' })
})

test('every iterator gets every message; a slow one loses the oldest and nobody else does', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  const slow = there!.messages({ maxMessages: 10 })
  const small = there!.messages({ maxBytes: 1_000 })
  const quick = there!.messages()
  await here!.ready()
  for (let i = 0; i < 100; i++) await here!.publish(`${i}`.padStart(100))
  const read: string[] = []
  for await (const { value } of quick) {
    read.push(value.trim())
    if (read.length === 100) break
  }
  expect(read).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`))
  expect((await slow.next()).value!.value.trim()).toBe('90')
  // 129 bytes each on the wire
  expect((await small.next()).value!.value.trim()).toBe('93')
  expect(there!.counters).toMatchObject({ delivered: 100, droppedBySlowConsumer: 90 + 93 })
})

test('the limit counts the bytes on the wire: one more is refused here, and would be there', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', bytes))
  const inbox = there!.messages()
  await here!.ready()
  const most = 65_536 - wireBytes(TOPIC.length, 65_503) + 65_503
  await here!.publish(new Uint8Array(most))
  expect((await inbox.next()).value!.value).toHaveLength(65_503)
  await expect(here!.publish(new Uint8Array(most + 1))).rejects.toMatchObject({
    code: 'too-large',
    retryable: false,
    message: 'message is 65,537 bytes on the wire, the limit of topic square is 65,536',
  })
})

test('a signed topic proves the author through others, who cannot pass it on elsewhere', async () => {
  await using network = await broadcastNetwork({ size: 3, topology: 'line' })
  const topics = network.nodes.map(node => node.services.broadcast.topic('signed', text, { signed: true }))
  const [author, relay, reader] = topics
  const inbox = reader!.messages()
  await Promise.all([author!.ready(), relay!.ready({ peers: 2 }), reader!.ready()])
  await author!.publish('hello')
  const { value: message } = await inbox.next()
  expect(message!.from!.equals(network.node(0).peerId)).toBe(true)
  expect(message!.receivedFrom.equals(network.node(1).peerId)).toBe(true)

  // node 1 says the same bytes on another signed topic
  const seen = new Promise<Uint8Array>(resolve =>
    network.node(1).services.broadcast.pubsub.addEventListener('message', event => resolve(event.detail.data)),
  )
  await author!.publish('more')
  const data = await seen
  const copied = network.node(1).services.broadcast.topic('copy', bytes)
  const victim = network.node(2).services.broadcast.topic('copy', text, { signed: true })
  await copied.ready()
  await copied.publish(data)
  await until(() => victim.counters.badSignature === 1)
  expect(network.node(2).services.broadcast.scoreOf(network.node(1).peerId)).toBeLessThan(0)
  // without a signature at all
  await copied.publish(text.encode('hello'))
  await until(() => victim.counters.malformed === 1)
  expect(victim.counters.delivered).toBe(0)
})

test('a node whose key is not Ed25519 cannot sign, and is told so when it opens the topic', async () => {
  await using network = await createNetwork({
    size: 1,
    services: () => ({ broadcast: broadcast() }),
    libp2p: { privateKey: await generateKeyPair('secp256k1') },
  })
  const service = network.node(0).services.broadcast
  expect(() => service.topic('signed', text, { signed: true })).toThrow(
    expect.objectContaining({ code: 'unsupported-key' }),
  )
  expect(service.topics).toHaveLength(0)
  service.topic('signed', text)
})

test('topics are bounded, open once each, and free again when closed', async () => {
  await using network = await broadcastNetwork({ size: 1 }, { maxTopics: 2 })
  const service = network.node(0).services.broadcast
  const first = service.topic('first', text)
  service.topic('raw', text, { wireTopic: '/stoa/main/offers/3' })
  expect(service.topics.map(topic => topic.wireTopic)).toEqual(['/stoa/main/topic/first', '/stoa/main/offers/3'])
  expect(() => service.topic('first', text)).toThrow(expect.objectContaining({ code: 'topic-open', retryable: true }))
  expect(() => service.topic('third', text)).toThrow(
    expect.objectContaining({ code: 'too-many-topics', retryable: true }),
  )
  expect(() => service.topic('no good', text)).toThrow(expect.objectContaining({ code: 'bad-topic' }))
  expect(() => service.topic('raw', text, { wireTopic: 'no/slash' })).toThrow(
    expect.objectContaining({ code: 'bad-topic' }),
  )
  await first.close()
  service.topic('third', text)
})

test('opening and closing many topics leaves nothing behind, and disconnecting still works', async () => {
  await using network = await broadcastNetwork({ size: 2 }, { maxTopics: 3 })
  const [here, there] = network.nodes.map(node => node.services.broadcast)
  for (let i = 0; i < 10; i++) {
    const [mine, theirs] = [here!.topic(`t${i}`, text), there!.topic(`t${i}`, text)]
    const inbox = theirs.messages()
    await mine.ready()
    await mine.publish('hello')
    await inbox.next()
    await Promise.all([mine.close(), theirs.close()])
    expect(mine.isClosed).toBe(true)
  }
  const params = (there!.pubsub as unknown as { score: { params: { topics: object } } }).score.params
  expect(Object.keys(params.topics)).toHaveLength(3)
  for (const connection of network.node(0).getConnections()) await connection.close()
  await eventually(() => expect(there!.pubsub.getPeers()).toHaveLength(0))
})

test('closing ends iterators with what they hold, and publishing after it is `closed`', async () => {
  await using network = await broadcastNetwork({ size: 2 })
  const [here, there] = network.nodes.map(node => node.services.broadcast.topic('square', text))
  const inbox = there!.messages()
  await here!.ready()
  await here!.publish('hello')
  await until(() => there!.counters.delivered === 1)
  await there!.close()
  expect(await all(inbox)).toMatchObject([{ value: 'hello' }])
  expect(await all(there!)).toEqual([])
  await expect(there!.publish('hello')).rejects.toMatchObject({ code: 'closed' })
  await until(() => here!.subscribers.length === 0)
})

test('a topic opened before the start is joined at the start, and a stopped node can open topics for the next', async () => {
  await using network = await createNetwork({ size: 2, services: () => ({ broadcast: broadcast() }), topology: 'none' })
  const [here, there] = network.nodes
  await here!.stop()
  const topic = here!.services.broadcast.topic('square', text)
  await expect(topic.publish('hello')).rejects.toMatchObject({ code: 'not-started', retryable: true })
  there!.services.broadcast.topic('square', text)
  await here!.start()
  await network.connect(0, 1)
  await topic.ready()
  expect(await topic.publish('hello')).toMatchObject({ recipients: 1 })
})

test('a value that the codec refuses is `unencodable`, with the codec’s reason', async () => {
  await using network = await broadcastNetwork({ size: 1 })
  const topic = network.node(0).services.broadcast.topic('square', {
    encode: () => {
      throw new Error('not today')
    },
    decode: () => '',
  })
  await expect(topic.publish('hello')).rejects.toMatchObject({ code: 'unencodable', cause: new Error('not today') })
})

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values = []
  for await (const value of source) values.push(value)
  return values
}
