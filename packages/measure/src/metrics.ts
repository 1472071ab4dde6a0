import type { Metrics } from '@libp2p/interface'

/** In seconds: from a local network to one that is in trouble. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Both are told times in ms. */
export interface Histograms {
  propagation: (delayMs: number) => void
  rtt: (rttMs: number) => void
}

export function histogramsOf(metrics: Metrics | undefined): Histograms {
  const propagation = metrics?.registerHistogram('stoa_measure_propagation_seconds', {
    help: 'How long probes of this node took to the nodes that answered',
    buckets: BUCKETS,
  })
  const rtt = metrics?.registerHistogram('stoa_measure_rtt_seconds', {
    help: 'Round trips of the clock exchanges of this node’s measurements',
    buckets: BUCKETS,
  })
  return {
    propagation: delayMs => propagation?.observe(delayMs / 1_000),
    rtt: rttMs => rtt?.observe(rttMs / 1_000),
  }
}
