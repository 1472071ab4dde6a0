import { resolveSettings } from '../src/settings.ts'
import type { NetworkResult } from '../src/result.ts'
import type { NetworkSettings } from '../src/settings.ts'

export interface SampleInit {
  settings?: Partial<NetworkSettings>
  p99?: number
  bytesPerDelivery?: number
  isValid?: boolean
  lost?: number
  /** Share of the time that the main thread was busy. */
  busy?: number
}

/** What a run might have measured, made by hand: reports need no network. */
export function sampleResult({
  settings,
  p99 = 300,
  bytesPerDelivery = 8_192,
  isValid = true,
  lost = 0,
  busy = 0.25,
}: SampleInit = {}): NetworkResult {
  const delays = { count: 990 - lost, min: 50, mean: 170, p50: 180, p90: 250, p99, max: p99 + 100 }
  return {
    settings: resolveSettings({ nodes: 100, ...settings }),
    dilation: 2.5,
    validity: {
      isValid,
      reasons: isValid ? [] : ['the machine did not keep up: late by 31 ms'],
      loopDelayMs: { p50: 0.1, p99: isValid ? 2 : 31, realP99: isValid ? 5 : 77.5 },
      loopUtilization: busy,
    },
    machine: {
      cpu: 'A <processor> & co',
      cores: 2,
      node: 'v26.10.0',
      wallSeconds: 130,
      cpuSeconds: 100,
      peakRssBytes: 400 * 2 ** 20,
      heapBytes: 100 * 2 ** 20,
    },
    messages: { published: 10, expected: 990, delivered: 990 - lost, share: (990 - lost) / 990 },
    delaysMs: delays,
    distribution: Array.from({ length: 201 }, (_, index) => [50 + (index / 200) * (p99 + 50), index / 200]),
    completeMs: { ...delays, count: 10 },
    duplicates: {
      mean: 2.5,
      histogram: [
        [1, 200],
        [2, 300],
        [4, 490],
      ],
    },
    bytes: { receivedPerNode: delays, sentPerNode: delays, perDelivery: bytesPerDelivery, payloadShare: 0.25 },
    meshDegree: {
      mean: 5,
      histogram: [
        [4, 50],
        [6, 50],
      ],
    },
    joinMs: { ...delays, count: 100 },
    joinDistribution: [
      [50, 0],
      [400, 1],
    ],
    cpuMsPerNodeSecond: 5.5,
    bytesOfMemoryPerNode: 2_500_000,
  }
}
