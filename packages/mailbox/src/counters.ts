import { REJECTION_CODES } from './rejection.ts'
import type { RejectionCode } from './rejection.ts'

/** Counts since the start. */
export interface MailCounters {
  /** Letters of our bucket that were tried with our keys. */
  tried: number
  /** Of them, letters for us. */
  opened: number
  sent: number
  delivered: number
  expired: number
  acknowledged: number
  /** Letters acknowledged by another node of this identity. */
  cleared: number
  /** Letters kept for others because they asked. */
  held: number
  readonly rejected: Record<RejectionCode, number>
}

export function noCounts(): MailCounters {
  const rejected = Object.fromEntries(REJECTION_CODES.map(code => [code, 0])) as Record<RejectionCode, number>
  return { tried: 0, opened: 0, sent: 0, delivered: 0, expired: 0, acknowledged: 0, cleared: 0, held: 0, rejected }
}

/** libp2p's metrics add what they get to what they have. */
export function countsSinceLast(counters: MailCounters): () => Record<string, number> {
  let reported: Record<string, number> = {}
  return () => {
    const { rejected, ...events } = counters
    const reasons = Object.entries(rejected).map(([code, count]) => [`rejected-${code}`, count])
    const now: Record<string, number> = { ...events, ...Object.fromEntries(reasons) }
    const since = Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (reported[name] ?? 0)]))
    reported = now
    return since
  }
}
