import type { GossipsubOverrides } from '@stoa/broadcast'

/** All that a run depends on. Times are of the simulated network. */
export interface NetworkSettings {
  seed: string
  nodes: number
  /** As of testkit: 'ring', 'full', … or so many random neighbours each. */
  topology: 'line' | 'ring' | 'star' | 'full' | { random: number }
  /** Each link has its own latency, drawn evenly from the range by the seed. One way, in ms. */
  latencyMs: readonly [least: number, most: number]
  /** Of each direction of a link; Infinity for no limit. */
  bytesPerSecond: number
  /** Probability that a segment is lost and sent again, 0 to below 1. */
  loss: number
  messageBytes: number
  /** Messages a second of the whole network, each from a node chosen by the seed. */
  rate: number
  /** How long messages are published, in ms. */
  durationMs: number
  /** What passes between the last join and the first message, for meshes to settle, in ms. */
  settleMs: number
  gossip: GossipsubOverrides
  /** How many times slower than real time the network runs. */
  dilation: number | 'auto'
}
