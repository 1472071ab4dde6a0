import { text } from '@stoa/codec'
import { eventually } from '@stoa/testkit'
import { sha256 } from 'multiformats/hashes/sha2'
import { concat } from 'uint8arrays/concat'
import { expect, test } from 'vitest'
import { isChosen } from '../src/core/probe.ts'
import { FULL_SHARE } from '../src/limits.ts'
import { codeOf, measureNetwork, measureOf, meshed, QUICK, topicOf } from './network.ts'
import type { PropagationProgress } from '../src/index.ts'

const HOUR_MS = 3_600_000

test('a run reaches every node, and each answers once', async () => {
  await using network = await measureNetwork({ size: 4 })
  const report = await measureOf(network, 0).propagation({ ...QUICK, receivers: 3 })
  expect(report).toMatchObject({
    topic: 'all',
    probes: { sent: 5, bytes: 1_024, intervalMs: 20 },
    receivers: 3,
    reached: 1,
  })
  expect(report.peers.map(({ peer }) => peer).toSorted()).toEqual(
    [1, 2, 3].map(index => network.node(index).peerId.toString()).toSorted(),
  )
  expect(report.delaysMs).toMatchObject({ count: 15 })
  expect(report.discarded).toEqual({ arrivals: 0, answers: 0, withoutClock: 0 })
  for (const index of [1, 2, 3]) {
    expect(measureOf(network, index).counters).toMatchObject({ probesSeen: 5, runsSeen: 1 })
    await eventually(() => expect(measureOf(network, index).counters).toMatchObject({ answersSent: 1, answersLost: 0 }))
  }
})

test('clocks that are hours apart change no delay', async () => {
  const now = (): number => performance.timeOrigin + performance.now()
  const aheadMs = [0, 5 * HOUR_MS, -3 * HOUR_MS]
  await using network = await measureNetwork({ size: 3 }, index => ({ now: () => now() + aheadMs[index]! }))
  network.setLink({ latencyMs: 20 })
  const { peers, delaysMs } = await measureOf(network, 0).propagation({ ...QUICK, receivers: 2 })
  for (const index of [1, 2]) {
    const peer = peers.find(({ peer: name }) => name === network.node(index).peerId.toString())!
    expect(Math.abs(peer.clockOffsetMs - aheadMs[index]!)).toBeLessThanOrEqual(peer.rttMs / 2)
    expect(peer.rttMs).toBeGreaterThanOrEqual(40)
  }
  // wrong by no more than half of the round trip
  expect(delaysMs!.min).toBeGreaterThanOrEqual(20 - Math.max(...peers.map(({ rttMs }) => rttMs)) / 2)
  expect(delaysMs!.max).toBeLessThan(HOUR_MS / 60)
})

test('what is reported of copies and bytes is what the topics counted', async () => {
  await using network = await measureNetwork({ size: 5 })
  await meshed(network, 4)
  const report = await measureOf(network, 0).propagation({ ...QUICK, count: 10, answerMs: 200, receivers: 4 })
  const counters = [1, 2, 3, 4].map(index => topicOf(network, index).counters)
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
  // copies of the very first probe that come while it is verified are the topic's alone
  expect(report.duplicates * 40).toBeLessThanOrEqual(sum(counters.map(({ duplicates }) => duplicates)) + 1e-6)
  expect(report.duplicates).toBeGreaterThan(1)
  expect(report.bytesPerDelivery * 40).toBeLessThanOrEqual(
    sum(counters.map(({ receivedBytes }) => receivedBytes)) + 1e-6,
  )
  expect(report.bytesPerDelivery).toBeGreaterThan(2 * 1_024)
})

test('probes pass through nodes that are not the author’s neighbours; who cannot find the author does not answer', async () => {
  await using network = await measureNetwork({ size: 4, topology: 'line' })
  const report = await measureOf(network, 0).propagation({ ...QUICK, receivers: 1 })
  expect(report.receivers).toBe(1)
  await eventually(() => {
    for (const index of [1, 2, 3]) expect(measureOf(network, index).counters).toMatchObject({ probesSeen: 5 })
    for (const index of [2, 3]) expect(measureOf(network, index).counters).toMatchObject({ answersLost: 1 })
  })
  expect(network.node(0).getConnections()).toHaveLength(1)
})

test('of a share, those answer whose turn it is, and no others', async () => {
  await using network = await measureNetwork({ size: 9 })
  const report = await measureOf(network, 0).propagation({ ...QUICK, share: 0.5 })
  const answered = new Set(report.peers.map(({ peer }) => peer))
  const counts = [1, 2, 3, 4, 5, 6, 7, 8].map(index => measureOf(network, index).counters)
  expect(counts.map(({ runsSeen }) => runsSeen)).toEqual(Array.from({ length: 8 }, () => 1))
  expect(counts.filter(({ answersSent }) => answersSent === 1)).toHaveLength(answered.size)
})

test('each of many runs falls to half of the peers, and over many runs to all', async () => {
  const peer = Uint8Array.from({ length: 38 }, (_, index) => index)
  let chosen = 0
  for (let run = 0; run < 1_000; run++) {
    const id = new Uint8Array(16)
    new DataView(id.buffer).setUint32(0, run)
    const { digest } = await sha256.digest(concat([id, peer]))
    if (isChosen(digest, FULL_SHARE / 2)) chosen++
    expect(isChosen(digest, FULL_SHARE)).toBe(true)
  }
  expect(chosen).toBeGreaterThan(400)
  expect(chosen).toBeLessThan(600)
})

test('a topic of an application is measured at the nodes that join it, and its readers see nothing of it', async () => {
  await using network = await measureNetwork({ size: 4 })
  const topics = [0, 1].map(index => network.node(index).services.broadcast.topic('chat', text))
  const held = measureOf(network, 1).join('chat')
  using _also = measureOf(network, 1).join('chat')
  using _other = measureOf(network, 2).join('chat')
  held[Symbol.dispose]()
  expect(measureOf(network, 1).topics).toEqual(['all', 'chat'])
  const report = await measureOf(network, 0).propagation({ ...QUICK, topic: 'chat', receivers: 2 })
  expect(report).toMatchObject({ topic: 'chat', receivers: 2, reached: 1 })
  expect(measureOf(network, 3).counters.probesSeen).toBe(0)
  expect(measureOf(network, 0).topics).toEqual(['all'])
  expect(topics.map(({ counters }) => counters.receivedBytes)).toEqual([0, 0])
})

test('progress tells the phase, what was sent and who has answered', async () => {
  await using network = await measureNetwork({ size: 3 })
  const told: PropagationProgress[] = []
  await measureOf(network, 0).propagation({ ...QUICK, receivers: 2, onProgress: progress => told.push(progress) })
  expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['waiting', 'probing', 'answers'])
  expect(told.at(-1)).toEqual({ phase: 'answers', sent: 5, count: 5, receivers: 2 })
  expect(told.map(({ sent }) => sent)).toEqual(told.map(({ sent }) => sent).toSorted((a, b) => a - b))
})

test('nobody is there: no-receivers, and it can be tried again', async () => {
  await using network = await measureNetwork({ size: 2 }, { readyMs: 50 })
  const alone = measureOf(network, 0).propagation({ ...QUICK, topic: 'nobody' })
  await expect(alone).rejects.toMatchObject({ code: 'no-receivers', retryable: true })
  expect(await measureOf(network, 0).propagation({ ...QUICK, receivers: 1 })).toMatchObject({ receivers: 1 })
})

test('one run at a time; its end, also by a signal, makes room for the next', async () => {
  await using network = await measureNetwork({ size: 2 })
  const controller = new AbortController()
  const service = measureOf(network, 0)
  const first = service.propagation({ count: 1_000, intervalMs: 20, signal: controller.signal })
  expect(await codeOf(service.propagation(QUICK))).toBe('busy')
  controller.abort(new Error('enough'))
  await expect(first).rejects.toMatchObject({ code: 'aborted', cause: new Error('enough') })
  expect(await service.propagation({ ...QUICK, receivers: 1 })).toMatchObject({ receivers: 1 })
})

test('a service that stops ends its run, and measures again after a start', async () => {
  await using network = await measureNetwork({ size: 2 })
  const service = measureOf(network, 0)
  const running = codeOf(service.propagation({ count: 1_000, intervalMs: 20 }))
  await service.stop()
  expect(await running).toBe('not-started')
  expect(await codeOf(service.propagation(QUICK))).toBe('not-started')
  await service.start()
  expect(await service.propagation({ ...QUICK, receivers: 1 })).toMatchObject({ receivers: 1 })
})

test('names that are none, and options that are none', async () => {
  await using network = await measureNetwork({ size: 1 })
  const service = measureOf(network, 0)
  expect(() => service.join('no name')).toThrow(expect.objectContaining({ code: 'bad-topic' }))
  expect(await codeOf(service.propagation({ topic: '/chat' }))).toBe('bad-topic')
  expect(await codeOf(service.propagation({ count: 0 }))).toBe('bad-option')
})
