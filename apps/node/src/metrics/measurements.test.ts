import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { measurements } from './measurements.ts'
import type { PeerReport, PropagationReport } from '@stoa/measure'

const DELAYS = { count: 8, min: 1, mean: 1, p50: 1, p90: 1, p99: 1, max: 1 }

test('what a measurement found of each node is counted in histograms', async () => {
  const registry = new Registry()
  const measured = measurements(registry)
  const peer = { peer: 'p', delaysMs: DELAYS, rttMs: 1 }
  measured.propagation({
    probes: { sent: 10, bytes: 1_024, intervalMs: 100 },
    receivers: 2,
    bytesPerDelivery: 2_000,
    peers: [
      { ...peer, received: 10, duplicates: 25, clockOffsetMs: -2_000 },
      { ...peer, received: 0, duplicates: 0, clockOffsetMs: 0 },
    ],
  } as unknown as PropagationReport)
  const text = await registry.metrics()
  expect(text).toMatch(/^stoa_measure_receivers 2$/m)
  expect(text).toMatch(/^stoa_measure_reached_ratio_count 2$/m)
  expect(text).toMatch(/^stoa_measure_reached_ratio_sum 1$/m)
  // of a node that got nothing there is nothing to say
  expect(text).toMatch(/^stoa_measure_duplicates_count 1$/m)
  expect(text).toMatch(/^stoa_measure_duplicates_sum 2\.5$/m)
  expect(text).toMatch(/^stoa_measure_delivery_bytes_sum 2000$/m)
  expect(text).toMatch(/^stoa_measure_clock_offset_seconds_sum 2$/m)
})

test('a throughput that was not measured is none of 0', async () => {
  const registry = new Registry()
  const measured = measurements(registry)
  const report: PeerReport = {
    peer: 'p',
    rttMs: DELAYS,
    throughput: { sendBytesPerSecond: 0, receiveBytesPerSecond: 0, bytes: 0 },
    clockOffsetMs: 3,
    clockErrorMs: 1,
  }
  measured.peer(report)
  expect(await registry.metrics()).not.toMatch(/throughput_bytes_per_second_count/)
  measured.peer({ ...report, throughput: { sendBytesPerSecond: 5e6, receiveBytesPerSecond: 2e6, bytes: 1_024 } })
  expect(await registry.metrics()).toMatch(/throughput_bytes_per_second_sum\{direction="received"\} 2000000$/m)
})
