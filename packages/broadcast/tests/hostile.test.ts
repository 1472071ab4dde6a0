import { text } from '@stoa/codec'
import { eventually, memoryGrowth, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { hostilePeer, uvarint } from './hostile.ts'
import { broadcastNetwork } from './network.ts'
import type { HostilePeer } from './hostile.ts'
import type { BroadcastInit, Topic, TopicOptions } from '../src/index.ts'

const GRAYLIST = -80

/** Two honest nodes on one topic, where `nonsense` is rejected, and a hostile peer of the first. */
async function attack(topicOptions: TopicOptions<string> = {}, options: BroadcastInit = {}) {
  const network = await broadcastNetwork({ size: 2 }, options)
  const [victim, honest] = network.nodes
  const [here, there] = network.nodes.map(node =>
    node.services.broadcast.topic('square', text, {
      validate: value => (value.startsWith('nonsense') ? 'reject' : 'accept'),
      ...topicOptions,
    }),
  ) as [Topic<string>, Topic<string>]
  await there.ready()
  const mallory = await hostilePeer(victim!)
  return {
    here,
    there,
    mallory,
    victim: victim!.services.broadcast,
    scoreOfMallory: () => victim!.services.broadcast.scoreOf(mallory.peerId),
    scoreOfHonest: () => victim!.services.broadcast.scoreOf(honest!.peerId),
    /** Both honest nodes still hear each other. */
    assertServes: async () => {
      for (const [from, to] of [
        [here, there],
        [there, here],
      ] as const) {
        const inbox = to.messages()
        const said = `honest ${Math.random()}`
        expect(await from.publish(said)).toMatchObject({ duplicate: false })
        await until(async () => (await inbox.next()).value?.value === said)
        await inbox.return()
      }
    },
    [Symbol.asyncDispose]: async () => {
      await mallory[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
    },
  }
}

test('values that validate rejects cost their sender score until nothing of it is read', async () => {
  await using scene = await attack()
  const { here, there, mallory, victim } = scene
  await mallory.sendMessages(here.wireTopic, ['nonsense 1', 'nonsense 2', 'nonsense 3', 'nonsense 4', 'nonsense 5'])
  await until(() => here.counters.rejected === 5)
  await until(() => scene.scoreOfMallory() < GRAYLIST)
  await mallory.sendMessages(here.wireTopic, ['sensible, and too late'])
  await until(() => victim.counters.graylisted > 0)
  await scene.assertServes()
  expect(here.counters).toMatchObject({ rejected: 5, delivered: 1 })
  expect(there.counters).toMatchObject({ rejected: 0, delivered: 1 })
  expect(scene.scoreOfHonest()).toBeGreaterThanOrEqual(0)
})

const attacks: Array<[string, (mallory: HostilePeer, topic: string, i: number) => Promise<void>, string]> = [
  [
    'bytes that the codec refuses',
    (mallory, topic, i) => mallory.sendMessages(topic, [Uint8Array.of(0xff, i)]),
    'malformed',
  ],
  [
    'a message that is too long',
    (mallory, topic, i) => mallory.sendMessages(topic, [new Uint8Array(65_536).fill(i)]),
    'tooLarge',
  ],
  [
    'a message that names an author, which gossipsub would forward',
    (mallory, topic, i) =>
      mallory.sendRpc({ messages: [{ topic, data: Uint8Array.of(65 + i), from: Uint8Array.of(1) }] }),
    'malformed',
  ],
]

test.each(attacks)('%s: counted, not forwarded, and its sender graylisted', async (_, send, counter) => {
  await using scene = await attack()
  const { here, there, mallory } = scene
  for (let i = 0; i < 5; i++) await send(mallory, here.wireTopic, i)
  await until(() => scene.scoreOfMallory() < GRAYLIST)
  expect(here.counters).toMatchObject({ [counter]: 5, delivered: 0 })
  await scene.assertServes()
  expect(there.counters).toMatchObject({ [counter]: 0, delivered: 1 })
})

test('frames that are no RPC cost score', async () => {
  await using scene = await attack()
  for (let i = 0; i < 20; i++) await scene.mallory.sendFrame(Uint8Array.of(0xff, 0xff, 0xff, i))
  await until(() => scene.scoreOfMallory() < GRAYLIST)
  expect(scene.victim.counters.brokenRpcs).toBeGreaterThan(10)
  await scene.assertServes()
})

test('a frame that announces too much ends the stream at once, and its sender when it goes on', async () => {
  await using scene = await attack()
  for (let i = 1; i <= 3; i++) {
    await scene.mallory.sendBytes(Uint8Array.from(uvarint(262_145)))
    await until(() => scene.mallory.isCutOff)
    expect(scene.victim.counters.brokenFrames).toBe(i)
    await scene.mallory.reopen()
  }
  await scene.mallory.sendMessages(scene.here.wireTopic, ['sensible'])
  await until(() => scene.victim.counters.graylisted > 0)
  expect(scene.scoreOfMallory()).toBeLessThan(GRAYLIST)
  await scene.assertServes()
})

test('one message sent again and again is delivered once, and its sender graylisted', async () => {
  await using scene = await attack()
  const { here, mallory, victim } = scene
  for (let i = 0; i < 40; i++)
    await mallory.sendMessages(
      here.wireTopic,
      Array.from({ length: 10 }, () => 'again'),
    )
  await until(() => scene.scoreOfMallory() < GRAYLIST)
  expect(here.counters.delivered).toBe(1)
  expect(here.counters.duplicates).toBeGreaterThan(100)
  expect(victim.counters.repeats).toBeGreaterThan(100)
  await scene.assertServes()
})

test('a bad score outlives the connection', async () => {
  await using scene = await attack()
  const { here, mallory, victim } = scene
  await mallory.sendMessages(here.wireTopic, ['nonsense 1', 'nonsense 2', 'nonsense 3', 'nonsense 4', 'nonsense 5'])
  await until(() => scene.scoreOfMallory() < GRAYLIST)
  for (const connection of mallory.peer.node.getConnections()) await connection.close()
  await until(() => victim.pubsub.getPeers().length === 1)
  await mallory.reopen()
  await mallory.sendMessages(here.wireTopic, ['a fresh start'])
  await until(() => victim.counters.graylisted > 0)
  expect(scene.scoreOfMallory()).toBeLessThan(GRAYLIST)
  expect(here.counters.delivered).toBe(0)
})

test('messages for topics that nobody opened here are not remembered', async () => {
  await using scene = await attack({}, { maxMessagesPerSecond: 100_000 })
  const { mallory, victim } = scene
  for (let i = 0; i < 100; i++) {
    await mallory.sendMessages(
      `/stoa/main/topic/${i}`,
      Array.from({ length: 100 }, (_, j) => `${i} ${j}`),
    )
  }
  await until(() => victim.counters.unknownTopic === 10_000)
  expect(seenCacheSize(victim.pubsub)).toBe(0)
  expect(scene.scoreOfMallory()).toBeGreaterThanOrEqual(0)
  await scene.assertServes()
})

test('a flood of valid messages is slowed down, the memory it takes is bounded, and others are served', async () => {
  await using scene = await attack(
    {},
    { maxMessagesPerSecond: 200, maxBytesPerSecond: 1_048_576, maxCacheBytes: 4_194_304 },
  )
  const { here, mallory, victim } = scene
  const inbox = here.messages({ maxBytes: 1_048_576 })
  let sent = 0
  const grown = await memoryGrowth(async () => {
    const flood = (async () => {
      for (;;) await mallory.sendMessages(here.wireTopic, [`${sent++} ${'x'.repeat(60_000)}`])
    })()
    flood.catch(() => {})
    await until(() => victim.counters.throttled > 0)
    await scene.assertServes()
    await until(() => here.counters.delivered > 60)
    return inbox
  })
  expect(grown.rssBytes).toBeLessThan(64 << 20)
  expect(here.counters.droppedBySlowConsumer).toBeGreaterThan(0)
  expect(scene.scoreOfMallory()).toBeGreaterThanOrEqual(0)
})

test('a validate that throws, hangs or answers nonsense ignores the message and punishes nobody', async () => {
  const answers: Record<string, () => unknown> = {
    throws: () => {
      throw new Error('bug')
    },
    rejects: () => Promise.reject(new Error('bug')),
    hangs: () => new Promise(() => {}),
    nonsense: () => 'perhaps',
    fine: () => 'accept',
  }
  await using scene = await attack({ validate: value => answers[value]?.() as 'accept' }, { validateTimeoutMs: 50 })
  await scene.mallory.sendMessages(scene.here.wireTopic, Object.keys(answers))
  await eventually(() =>
    expect(scene.here.counters).toMatchObject({ validateFailed: 3, validateTimedOut: 1, delivered: 1, rejected: 0 }),
  )
  expect(scene.scoreOfMallory()).toBeGreaterThanOrEqual(0)
})

test('a hundred streams of one peer are one peer', async () => {
  await using scene = await attack()
  await scene.mallory.peer.openMany([...scene.mallory.peer.node.getConnections()][0]!.remotePeer, '/meshsub/1.2.0', 100)
  await scene.assertServes()
  expect(scene.victim.pubsub.getPeers()).toHaveLength(2)
})

/** gossipsub's memory of message ids, which it keeps to itself. */
function seenCacheSize(pubsub: object): number {
  return (pubsub as { seenCache: { size: number } }).seenCache.size
}
