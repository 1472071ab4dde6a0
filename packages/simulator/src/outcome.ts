import { cpus } from 'node:os'
import { memoryUsage, version } from 'node:process'
import { delaysOf, quantile } from '@stoa/measure'
import { validityOf } from './validity.ts'
import type { Collector } from './collector.ts'
import type { LoadReport } from './load.ts'
import type { Histogram, NetworkResult } from './result.ts'
import type { NetworkSettings } from './settings.ts'
import type { Traffic } from './simulated-network.ts'

export interface Outcome {
  settings: NetworkSettings
  collector: Collector
  dilation: number
  load: LoadReport
  /** From the first message until copies of the last had arrived, of the network. */
  flowMs: number
  meshDegrees: number[]
  joinsMs: number[]
  /** Of each node, while messages flowed. */
  traffic: Traffic[]
  /** Messages that no peer was there for. */
  unpublished: number
  droppedByReaders: number
  memoryBytes: number
  wallSeconds: number
  cpuSeconds: number
  peakRssBytes: number
}

const POINTS = 200

export function resultOf(outcome: Outcome): NetworkResult {
  const { settings, collector, dilation, load, flowMs, traffic } = outcome
  const [cpu] = cpus()
  const delaysMs = collector.delaysMs.filter(delayMs => !Number.isNaN(delayMs))
  const sorted = Float64Array.from(delaysMs).sort()
  const received = traffic.map(({ receivedBytes }) => receivedBytes)
  const receivedBytes = received.reduce((sum, bytes) => sum + bytes, 0)
  const { delivered, expected } = collector
  return {
    settings,
    dilation,
    validity: validityOf(outcome),
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      node: version,
      wallSeconds: outcome.wallSeconds,
      cpuSeconds: outcome.cpuSeconds,
      peakRssBytes: outcome.peakRssBytes,
      heapBytes: memoryUsage().heapUsed,
    },
    messages: { published: collector.messages - outcome.unpublished, expected, delivered, share: delivered / expected },
    delaysMs: delaysOf(sorted),
    distribution: distributionOf(sorted),
    completeMs: delaysOf(completeMs(collector)),
    duplicates: duplicatesOf(collector),
    bytes: {
      receivedPerNode: delaysOf(received)!,
      sentPerNode: delaysOf(traffic.map(({ sentBytes }) => sentBytes))!,
      perDelivery: delivered === 0 ? 0 : receivedBytes / delivered,
      payloadShare: receivedBytes === 0 ? 0 : (delivered * settings.messageBytes) / receivedBytes,
    },
    meshDegree: { mean: mean(outcome.meshDegrees), histogram: histogramOf(outcome.meshDegrees) },
    joinMs: delaysOf(outcome.joinsMs),
    joinDistribution: distributionOf(Float64Array.from(outcome.joinsMs).sort()),
    cpuMsPerNodeSecond: load.cpuMs / settings.nodes / (flowMs / 1_000),
    bytesOfMemoryPerNode: outcome.memoryBytes / settings.nodes,
  }
}

/** At most 201 points of a cumulative distribution. */
function distributionOf(sorted: Float64Array): Array<[value: number, share: number]> {
  if (sorted.length === 0) return []
  return Array.from({ length: POINTS + 1 }, (_, index) => [quantile(sorted, index / POINTS), index / POINTS])
}

/** Of each message that reached all. */
function completeMs({ messages, nodes, delaysMs, authors }: Collector): number[] {
  const complete: number[] = []
  for (let message = 0; message < messages; message++) {
    let last = 0
    for (let node = 0; node < nodes && last >= 0; node++) {
      const delayMs = delaysMs[message * nodes + node]!
      if (node !== authors[message]) last = Number.isNaN(delayMs) ? -1 : Math.max(last, delayMs)
    }
    if (last >= 0) complete.push(last)
  }
  return complete
}

function duplicatesOf({ copies, delaysMs }: Collector): NetworkResult['duplicates'] {
  const counts: number[] = []
  let sum = 0
  let deliveries = 0
  for (const [index, delayMs] of delaysMs.entries()) {
    if (Number.isNaN(delayMs)) continue
    const duplicates = Math.max(0, copies[index]! - 1)
    counts[duplicates] = (counts[duplicates] ?? 0) + 1
    sum += duplicates
    deliveries++
  }
  return {
    mean: deliveries === 0 ? 0 : sum / deliveries,
    histogram: Object.entries(counts).map(([duplicates, count]) => [Number(duplicates), count]),
  }
}

function histogramOf(values: readonly number[]): Histogram {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([one], [other]) => one - other)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
