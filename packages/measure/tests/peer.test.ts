import { expect, test } from 'vitest'
import { DEFAULTS } from '../src/index.ts'
import { codeOf, measureNetwork, measureOf } from './network.ts'

test('round trip, clock and throughput of a peer', async () => {
  await using network = await measureNetwork({ size: 2, transport: 'tcp' })
  const bytes = 4_194_304
  const report = await measureOf(network, 0).peer(network.node(1).peerId, { bytes })
  expect(report).toMatchObject({ peer: network.node(1).peerId.toString(), rttMs: { count: 30 }, throughput: { bytes } })
  expect(report.throughput.sendBytesPerSecond).toBeGreaterThan(0)
  expect(report.throughput.receiveBytesPerSecond).toBeGreaterThan(0)
  expect(Math.abs(report.clockOffsetMs)).toBeLessThanOrEqual(report.clockErrorMs + 0.01)
  expect(measureOf(network, 1).counters).toMatchObject({ clocksTold: 31, loadsServed: 1, loadsRefused: 0 })
})

test('a peer that is only known by its address', async () => {
  await using network = await measureNetwork({ size: 2, topology: 'none', transport: 'tcp' })
  const [address] = network.node(1).getMultiaddrs()
  const report = await measureOf(network, 0).peer(address!, { bytes: 0 })
  expect(report).toMatchObject({ peer: network.node(1).peerId.toString(), throughput: { bytes: 0 } })
  const bare = address!.decapsulate('/p2p')
  expect(await measureOf(network, 0).peer(bare, { bytes: 0 })).toMatchObject({ peer: report.peer })
})

test('a link’s latency is in the round trip, its bandwidth in the throughput', async () => {
  await using network = await measureNetwork({ size: 2 })
  network.setLink({ latencyMs: 10, bytesPerSecond: 2_000_000 })
  const report = await measureOf(network, 0).peer(network.node(1).peerId, { bytes: 1_000_000 })
  expect(report.rttMs.min).toBeGreaterThanOrEqual(20)
  expect(report.throughput.sendBytesPerSecond).toBeLessThanOrEqual(2_000_000)
  expect(report.throughput.receiveBytesPerSecond).toBeLessThanOrEqual(2_000_000)
})

test('a slow link ends the test in time, with what it moved', async () => {
  await using network = await measureNetwork({ size: 2 }, { maxLoadMs: 500 })
  network.setLink({ bytesPerSecond: 400_000 })
  const { throughput } = await measureOf(network, 0).peer(network.node(1).peerId, { bytes: 8_388_608 })
  expect(throughput.sendBytesPerSecond).toBeGreaterThan(0)
  expect(throughput.sendBytesPerSecond).toBeLessThanOrEqual(400_000)
})

test('one at a time, and ends with the signal', async () => {
  await using network = await measureNetwork({ size: 2 })
  network.setLink({ bytesPerSecond: 100_000 })
  const controller = new AbortController()
  const service = measureOf(network, 0)
  const first = codeOf(service.peer(network.node(1).peerId, { signal: controller.signal }))
  expect(await codeOf(service.peer(network.node(1).peerId))).toBe('busy')
  controller.abort()
  expect(await first).toBe('aborted')
  network.setLink({ bytesPerSecond: Infinity })
  expect(await service.peer(network.node(1).peerId, { bytes: 1 })).toMatchObject({ throughput: { bytes: 1 } })
})

test('a peer that does not measure, one that is gone, and one that has served enough', async () => {
  const loadBytesPerMinute = 1_000_000
  await using network = await measureNetwork({ size: 3 }, index => (index === 1 ? undefined : { loadBytesPerMinute }))
  const service = measureOf(network, 0)
  expect(await codeOf(service.peer(network.node(1).peerId))).toBe('not-supported')
  expect(await service.peer(network.node(2).peerId, { bytes: 500_000 })).toMatchObject({
    throughput: { bytes: 500_000 },
  })
  await expect(service.peer(network.node(2).peerId, { bytes: 500_000 })).rejects.toMatchObject({
    code: 'refused',
    retryable: true,
  })
  expect(measureOf(network, 2).counters).toMatchObject({ loadsServed: 1, loadsRefused: 1 })
  await network.node(2).stop()
  expect(['unreachable', 'refused']).toContain(await codeOf(service.peer(network.node(2).peerId)))
  expect(DEFAULTS.loadBytesPerMinute).toBeGreaterThan(loadBytesPerMinute)
})
