import { Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Measured } from '../node/measuring.ts'

const SHARES = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1]
const COPIES = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12]
const BYTES = Array.from({ length: 11 }, (_, index) => 256 * 2 ** index)
const BYTES_PER_SECOND = [1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9]
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600]

/** Of the delays and round trips measure() has histograms of its own: it sees each of them. */
export function measurements(registry: Registry): Measured {
  const registers = [registry]
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name, help, buckets, registers })
  const receivers = new Gauge({ name: 'stoa_measure_receivers', help: 'Nodes that answered the last run', registers })
  const reached = histogram(
    'stoa_measure_reached_ratio',
    'Share of the probes that came to a node that answered',
    SHARES,
  )
  const copies = histogram('stoa_measure_duplicates', 'Copies of a probe beyond the first, mean of a node', COPIES)
  const bytes = histogram(
    'stoa_measure_delivery_bytes',
    'Bytes of messages for each probe delivered, duplicates included, mean of a run',
    BYTES,
  )
  const clocks = histogram('stoa_measure_clock_offset_seconds', 'How far a node’s clock is from this one’s', SECONDS)
  const throughput = new Histogram({
    name: 'stoa_measure_throughput_bytes_per_second',
    help: 'Bytes a second between this node and one peer',
    labelNames: ['direction'],
    buckets: BYTES_PER_SECOND,
    registers,
  })

  return {
    propagation: ({ receivers: answered, peers, probes, bytesPerDelivery }) => {
      receivers.set(answered)
      for (const { received, duplicates, clockOffsetMs } of peers) {
        reached.observe(received / probes.sent)
        if (received > 0) copies.observe(duplicates / received)
        clocks.observe(Math.abs(clockOffsetMs) / 1_000)
      }
      if (bytesPerDelivery > 0) bytes.observe(bytesPerDelivery)
    },
    peer: ({ throughput: { bytes: moved, sendBytesPerSecond, receiveBytesPerSecond }, clockOffsetMs }) => {
      clocks.observe(Math.abs(clockOffsetMs) / 1_000)
      if (moved === 0) return
      throughput.observe({ direction: 'sent' }, sendBytesPerSecond)
      throughput.observe({ direction: 'received' }, receiveBytesPerSecond)
    },
  }
}
