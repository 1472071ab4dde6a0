import type { Startable } from '@libp2p/interface'
import type { Target } from '@stoa/direct'
import type { MeasureCounters } from './counters.ts'
import type { PeerReport, PropagationReport } from './report.ts'

export interface PropagationOptions {
  /** The application's topic whose nodes are measured. Default `all`: every node that measures. */
  topic?: string
  /** Probes to send, 1 to 10,000. Default 100. */
  count?: number
  /** Length of a probe in bytes, 64 to 60,000; a signature adds 127. Default 1,024. */
  bytes?: number
  /** Between two probes, in ms. What nodes forward of one author bounds it: `probesPerSecond`, `probeBytesPerSecond`. Default 100. */
  intervalMs?: number
  /** Receivers answer at a random moment of this time, in ms, so that not all do at once. Up to 60,000. Default 1,000. */
  answerMs?: number
  /** The share of the receivers that shall answer, above 0 up to 1. Default 1. In a network of thousands: as many as this node can hear. */
  share?: number
  /** Ends the wait when so many have answered. Default: it waits until none can come any more. */
  receivers?: number
  signal?: AbortSignal
  onProgress?: (progress: PropagationProgress) => void
}

export interface PropagationProgress {
  /** `waiting` for somebody on the topic, then `probing`, then hearing what arrived. */
  readonly phase: 'waiting' | 'probing' | 'answers'
  /** Probes sent, of `count`. */
  readonly sent: number
  readonly count: number
  /** Receivers that have answered. */
  readonly receivers: number
}

export interface PeerOptions {
  /** Bytes to send and to fetch, up to 67,108,864; 0: the throughput is not measured. Default 8,388,608. */
  bytes?: number
  signal?: AbortSignal
}

/** How long messages take and what they cost, in the network as it runs: spec/measure.md. */
export interface MeasureService extends Startable {
  readonly network: string
  readonly counters: Readonly<MeasureCounters>
  /** Names of the topics that this node takes part for. */
  readonly topics: readonly string[]
  /**
   * Takes part in measurements of an application's topic until it is disposed of. Any number may hold one topic. May be called before the start.
   * @throws {MeasureError} `bad-topic`, `too-many-topics`, `unsupported-key`
   */
  join(topic: string): Disposable
  /**
   * Sends probes through the network and hears from those they reached. Resolves when no more answers can come, even if none did. One at a time.
   * @throws {MeasureError} `bad-option`, `bad-topic`, `too-many-topics`, `unsupported-key`, `no-receivers`, `busy`, `not-started`, `aborted`
   */
  propagation(options?: PropagationOptions): Promise<PropagationReport>
  /**
   * Round trip, clock and throughput of one peer. One at a time.
   * @throws {MeasureError} `bad-option`, `busy`, `unreachable`, `not-supported`, `refused`, `malformed`, `not-started`, `aborted`, `failed`
   */
  peer(target: Target, options?: PeerOptions): Promise<PeerReport>
}
