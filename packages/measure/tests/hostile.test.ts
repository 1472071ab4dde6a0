import { bytes } from '@stoa/codec'
import { eventually, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { probeCodec } from '../src/net/protocol.ts'
import { hostileNode } from './hostile.ts'
import { codeOf, measureNetwork, measureOf, meshed, QUICK, topicOf } from './network.ts'
import type { MeasureCounters, MeasureInit } from '../src/index.ts'
import type { LoadRequest } from '../src/gen/measure.js'
import type { HostileNode } from './hostile.ts'
import type { MeasureNetwork } from './network.ts'

const GRAYLIST = -80

interface Scene extends AsyncDisposable {
  network: MeasureNetwork
  mallory: HostileNode
  /** Of the neighbour of the hostile node, and of the one behind it. */
  victim: Readonly<MeasureCounters>
  behind: Readonly<MeasureCounters>
  scoreOfMallory: () => number
  /** The honest ones still measure. */
  assertServes: () => Promise<void>
}

/** A hostile node, a victim, and an honest node that only hears what the victim passes on. */
async function attack(options: MeasureInit = {}): Promise<Scene> {
  const network = await measureNetwork({ size: 3, topology: 'line' }, index => (index === 0 ? undefined : options))
  const mallory = hostileNode(network, 0)
  await mallory.topic.ready()
  await meshed(network, 1)
  return {
    network,
    mallory,
    victim: measureOf(network, 1).counters,
    behind: measureOf(network, 2).counters,
    scoreOfMallory: () => network.node(1).services.broadcast.scoreOf(network.node(0).peerId),
    assertServes: async () => {
      const report = await measureOf(network, 2).propagation({ ...QUICK, intervalMs: 200, receivers: 1 })
      expect(report.peers.map(({ peer, received }) => [peer, received])).toEqual([
        [network.node(1).peerId.toString(), 5],
      ])
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}

describe('probes', () => {
  test('faster than one author may are neither counted nor passed on, and cost nobody score', async () => {
    await using scene = await attack({ probesPerSecond: 5 })
    const { mallory, victim, behind } = scene
    for (let seq = 0; seq < 50; seq++) await mallory.send({ seq })
    await until(() => victim.probesSeen + victim.probesRefused === 50)
    expect(victim.probesRefused).toBeGreaterThan(20)
    await eventually(() => expect(behind.probesSeen + behind.probesRefused).toBe(victim.probesSeen))
    expect(scene.scoreOfMallory()).toBeGreaterThanOrEqual(0)
    await scene.assertServes()
  })

  test('of more bytes than one author may send are not passed on', async () => {
    await using scene = await attack({ probeBytesPerSecond: 1_000 })
    for (let seq = 0; seq < 10; seq++) await scene.mallory.send({ seq, bytes: 1_500 })
    await until(() => scene.victim.probesSeen + scene.victim.probesRefused === 10)
    expect(scene.victim.probesRefused).toBeGreaterThan(4)
    expect(scene.behind.probesSeen).toBeLessThanOrEqual(scene.victim.probesSeen)
  })

  test('of more runs than one author may have are not passed on', async () => {
    await using scene = await attack()
    for (let run = 0; run < 10; run++) await scene.mallory.send({ run: new Uint8Array(16).fill(run) })
    await until(() => scene.victim.probesRefused === 6)
    expect(scene.victim.probesSeen).toBe(4)
    await eventually(() => expect(scene.behind.probesSeen).toBe(4))
    await scene.assertServes()
  })

  test('with a number that came are not passed on', async () => {
    await using scene = await attack()
    for (let size = 64; size < 74; size++) await scene.mallory.send({ bytes: size })
    await until(() => scene.victim.probesRepeated === 9)
    await eventually(() => expect(scene.behind).toMatchObject({ probesSeen: 1, probesRepeated: 0 }))
  })

  test('that are none are rejected, and graylist who sends them', async () => {
    await using scene = await attack()
    const { mallory, network } = scene
    for (let i = 0; i < 5; i++) await mallory.topic.publish(Uint8Array.of(0x18, 1, 0x20, 1, 0x28, 1, 0x0a, 1, i))
    await until(() => scene.scoreOfMallory() < GRAYLIST)
    expect(topicOf(network, 1).counters.malformed).toBe(5)
    expect(topicOf(network, 2).counters.malformed).toBe(0)
    await scene.assertServes()
  })

  test('that nobody signed graylist who sends them', async () => {
    await using scene = await attack()
    await scene.mallory.topic.close()
    const { broadcast } = scene.network.node(0).services
    const unsigned = broadcast.topic('unsigned', bytes, { wireTopic: '/stoa/main/measure/all' })
    await unsigned.ready()
    for (let i = 0; i < 5; i++) await unsigned.publish(Uint8Array.of(i))
    await until(() => scene.scoreOfMallory() < GRAYLIST)
    expect(scene.victim.probesSeen).toBe(0)
  })

  test('of more runs than a node answers go unanswered', async () => {
    await using scene = await attack({ answersPerMinute: 1 })
    for (let run = 0; run < 3; run++) {
      await scene.mallory.send({ run: new Uint8Array(16).fill(run), count: 1 })
      await until(() => scene.victim.runsSeen === run + 1)
    }
    // the first went to somebody who does not take answers
    await eventually(() => expect(scene.victim).toMatchObject({ answersSent: 0, answersLost: 3 }))
  })
})

describe('answers', () => {
  const noAnswer = { baseUs: 0, afterUs: new Uint8Array(0), duplicates: 0, receivedBytes: 0 }

  test('to no run are refused', async () => {
    await using scene = await attack()
    const { taken } = await scene.mallory.ask(1, { answer: { ...noAnswer, run: new Uint8Array(16) } })
    expect(taken).toBe(false)
    expect(scene.victim.answersRefused).toBe(1)
  })

  test('of the wrong form, a second one, and those that cannot be: refused, or discarded and counted', async () => {
    await using scene = await attack()
    const { mallory, network } = scene
    const inbox = mallory.topic.messages()
    const measuring = measureOf(network, 1).propagation({ ...QUICK, receivers: 2 })
    const { value } = await inbox.next()
    const { run, count } = probeCodec.decode(value!.value)
    const answer = (over: object) => mallory.ask(1, { answer: { ...noAnswer, run, ...over } })
    const now = (performance.timeOrigin + performance.now()) * 1_000

    expect(await answer({ run: run.slice(1) })).toEqual({ taken: false })
    expect(await answer({ afterUs: new Uint8Array(4 * count - 1) })).toEqual({ taken: false })
    // all of them an hour ago
    expect(await answer({ baseUs: Math.round(now) - 3_600_000_000, afterUs: new Uint8Array(4 * count) })).toMatchObject(
      {
        taken: true,
      },
    )
    expect(await answer({ afterUs: new Uint8Array(4 * count) })).toEqual({ taken: false })
    const report = await measuring
    expect(report).toMatchObject({ receivers: 1, reached: 1, discarded: { answers: 2, withoutClock: 1 } })
    expect(scene.victim).toMatchObject({ answersTaken: 2, answersRefused: 3 })
  })

  test('with arrivals that cannot have been count for nothing', async () => {
    // what it notes is an hour later than what it says when it is asked
    let aheadMs = 3_600_000
    const now = (): number => performance.timeOrigin + performance.now() + aheadMs
    await using network = await measureNetwork({ size: 2 }, index => (index === 0 ? {} : { now }))
    const measuring = measureOf(network, 0).propagation({ ...QUICK, answerMs: 500, receivers: 1 })
    await until(() => measureOf(network, 1).counters.runsSeen === 1)
    aheadMs = 0
    expect(await measuring).toMatchObject({ receivers: 1, reached: 0, delaysMs: undefined, discarded: { arrivals: 5 } })
  })

  test('beyond the limit are refused', async () => {
    await using network = await measureNetwork({ size: 4 }, { maxAnswers: 2 })
    const service = measureOf(network, 0)
    expect(await service.propagation({ ...QUICK, count: 1 })).toMatchObject({ receivers: 2 })
    await eventually(() => expect(service.counters).toMatchObject({ answersTaken: 2, answersRefused: 1 }))
  })
})

describe('requests', () => {
  test('for the clock, too many, are refused; others are served', async () => {
    await using scene = await attack({ clocksPerSecond: 1 })
    const asked = await Promise.allSettled(Array.from({ length: 50 }, () => scene.mallory.ask(1, { clock: {} })))
    expect(asked.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(10)
    expect(scene.victim.clocksRefused).toBeGreaterThan(40)
  })

  test('for nothing are refused', async () => {
    await using scene = await attack()
    await expect(scene.mallory.ask(1, {})).rejects.toMatchObject({ code: 'refused' })
    await expect(scene.mallory.load(1, {})).rejects.toMatchObject({ code: 'refused' })
  })

  test('for throughput, without or beyond what was reserved, are refused', async () => {
    await using scene = await attack()
    const { mallory } = scene
    const load = (index: number, request: LoadRequest) => mallory.load(index, request)
    await expect(load(1, { give: 1 })).rejects.toMatchObject({ code: 'refused' })
    for (const reserve of [0, 67_108_865]) await expect(load(1, { reserve })).rejects.toMatchObject({ code: 'refused' })
    await load(1, { reserve: 100_000 })
    await expect(load(1, { give: 65_537 })).rejects.toMatchObject({ code: 'refused' })
    expect((await load(1, { give: 65_536 })).data).toHaveLength(65_536)
    await expect(load(1, { give: 65_536 })).rejects.toMatchObject({ code: 'refused' })
    await load(1, { data: new Uint8Array(60_000) })
    await expect(load(1, { data: new Uint8Array(60_000) })).rejects.toMatchObject({ code: 'refused' })
  })

  test('for throughput, while another peer’s test goes on, are refused until that has said nothing for a while', async () => {
    let nowMs = 1_000_000
    await using scene = await attack({ now: () => nowMs })
    await scene.mallory.load(1, { reserve: 100_000 })
    const asked = measureOf(scene.network, 2).peer(scene.network.node(1).peerId, { bytes: 1_000 })
    expect(await codeOf(asked)).toBe('refused')
    nowMs += 10_000
    await measureOf(scene.network, 2).peer(scene.network.node(1).peerId, { bytes: 1_000 })
    expect(scene.victim).toMatchObject({ loadsServed: 2, loadsRefused: 1 })
  })
})
