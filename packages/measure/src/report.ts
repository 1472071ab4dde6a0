import type { Delays } from './statistics.ts'

/** What a run of probes found out. */
export interface PropagationReport {
  /** Name of the topic whose nodes were measured. */
  topic: string
  probes: { sent: number; bytes: number; intervalMs: number }
  /** From publishing at the prober to arrival at a receiver, over all receivers and probes, in ms. */
  delaysMs: Delays | undefined
  /** Points of the cumulative distribution, for plots: [delay in ms, share of deliveries]. At most 101. */
  distribution: Array<[delayMs: number, share: number]>
  /** Peers that answered. */
  receivers: number
  /** Of those that answered, the mean share of the probes that reached them: 0 to 1. */
  reached: number
  /** Copies of a probe beyond the first, mean for each receiver and probe. */
  duplicates: number
  /** Bytes of messages that a receiver got for each probe delivered to it, copies included. */
  bytesPerDelivery: number
  /** What is in none of the figures above. */
  discarded: {
    /** Arrivals that cannot have been: before their probe was sent, or after the answer. The receiver lies, or its clock is not steady. */
    arrivals: number
    /** Answers of the wrong form, a second one of a peer, or beyond the limit. */
    answers: number
    /** Answers of peers whose clock could not be asked. */
    withoutClock: number
  }
  /** One line for each receiver that answered. */
  peers: PeerPropagation[]
}

export interface PeerPropagation {
  peer: string
  received: number
  delaysMs: Delays | undefined
  duplicates: number
  /** Smallest round trip of the clock exchange: half of it bounds the error of the delays, in ms. */
  rttMs: number
  /** Its clock less ours, in ms. */
  clockOffsetMs: number
}

export interface PeerReport {
  peer: string
  rttMs: Delays
  /** Bytes a second that it took from us, and that we took from it. */
  throughput: { sendBytesPerSecond: number; receiveBytesPerSecond: number; bytes: number }
  /** Its clock less ours, in ms, and by how much that may be wrong. */
  clockOffsetMs: number
  clockErrorMs: number
}
