import type { Random } from '../random.ts'
import type { LinkSettings } from './link.ts'

/** Bytes are delayed and lost in segments of this size at most: small enough to spread a transfer, large enough to be cheap. */
export const SEGMENT_BYTES = 16_384

/** After this many losses in a row a segment gets through: 2^6 timeouts are enough for any test. */
const MAX_RETRANSMISSIONS = 6

/** Linux's TCP_RTO_MIN; RFC 6298 asks for a second, which nobody waits for. */
const MIN_RETRANSMIT_MS = 200

export interface Arrival {
  readonly atMs: number
  readonly retransmissions: number
}

export interface Schedule {
  /** When a segment handed over now reaches the other end. Never earlier than the one before it. */
  arrival(bytes: number, nowMs: number, link: LinkSettings): Arrival
}

/**
 * Pure: the time and the seed decide. The n-th segment of a direction meets the same fate for the same seed, whatever its
 * size and the time; how a run cuts its bytes into segments is up to the event loop, so a replay is close, not bit-exact.
 */
export function schedule(random: Random): Schedule {
  let departedMs = -Infinity
  let arrivedMs = -Infinity
  return {
    arrival: (bytes, nowMs, link) => {
      // drawn for every segment, so that a change of the link does not move the fate of those after it; a seed is made of it when it matters
      const drawn = random.uint32()
      departedMs = Math.max(nowMs, departedMs) + (bytes / link.bytesPerSecond) * 1_000
      let retransmissions = 0
      let lateMs = 0
      if (link.loss > 0 || link.jitterMs > 0) {
        const fate = random.fork(String(drawn))
        retransmissions = losses(fate, link.loss)
        const timeoutMs = link.retransmitMs ?? MIN_RETRANSMIT_MS + 2 * link.latencyMs
        // 1 + 2 + 4 + … timeouts: exponential backoff
        lateMs = (2 ** retransmissions - 1) * timeoutMs + fate.next() * link.jitterMs
      }
      arrivedMs = Math.max(arrivedMs, departedMs + link.latencyMs + lateMs)
      return { atMs: arrivedMs, retransmissions }
    },
  }
}

function losses(fate: Random, loss: number): number {
  let count = 0
  while (count < MAX_RETRANSMISSIONS && fate.chance(loss)) count++
  return count
}
