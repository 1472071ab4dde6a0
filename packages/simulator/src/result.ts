import type { Delays } from '@stoa/measure'
import type { NetworkSettings } from './settings.ts'

/** A count for each value, for plots: [value, how many]. */
export type Histogram = Array<[value: number, count: number]>

/** What a run measured. Every time is of the simulated network: real time divided by the dilation. */
export interface NetworkResult {
  settings: NetworkSettings
  /** The factor that was used. */
  dilation: number
  validity: {
    isValid: boolean
    /** Why not, in words, with the figures. */
    reasons: string[]
    /** Event-loop delay while messages flowed, p50 and p99, divided by the dilation, and as the machine had it. */
    loopDelayMs: { p50: number; p99: number; realP99: number }
    /** Share of the time that the main thread was busy. */
    loopUtilization: number
  }
  machine: {
    cpu: string
    cores: number
    node: string
    wallSeconds: number
    cpuSeconds: number
    peakRssBytes: number
    heapBytes: number
  }
  messages: { published: number; expected: number; delivered: number; share: number }
  /** Over all deliveries. */
  delaysMs: Delays | undefined
  /** [delay in ms, share of deliveries], at most 201 points. */
  distribution: Array<[delayMs: number, share: number]>
  /** From publishing to the last node that got it, over the messages that reached all. */
  completeMs: Delays | undefined
  /** Copies beyond the first for each delivery: mean, and [duplicates, messages x nodes]. */
  duplicates: { mean: number; histogram: Histogram }
  /** For each node while messages flowed, with control traffic. `perDelivery`: received bytes of gossip for each message delivered. */
  bytes: { receivedPerNode: Delays; sentPerNode: Delays; perDelivery: number; payloadShare: number }
  meshDegree: { mean: number; histogram: Histogram }
  /** From start of a node to the first peer in its mesh. */
  joinMs: Delays | undefined
  joinDistribution: Array<[ms: number, share: number]>
  /** CPU of the whole process while messages flowed, for each node and second of the network, in ms. */
  cpuMsPerNodeSecond: number
  /** Resident set after settling, less that before the first node, for each node. */
  bytesOfMemoryPerNode: number
}
