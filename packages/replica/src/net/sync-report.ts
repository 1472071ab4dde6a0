import type { PeerId } from '@libp2p/interface'
import type { SessionOutcome } from '../core/session.ts'
import type { DrivenReport } from './sync-driver.ts'

/** Of all sessions that it took to come to an end with one peer. */
export interface SyncReport {
  readonly peer: PeerId
  readonly rounds: number
  /** Entries that changed the set here. */
  readonly received: number
  readonly sent: number
  /** Bytes of frames. */
  readonly bytesIn: number
  readonly bytesOut: number
  readonly durationMs: number
}

/** Counts since the start, of both sides of sessions. */
export interface SyncCounters {
  readonly sessions: Record<SessionOutcome, number>
  received: number
  sent: number
  bytesIn: number
  bytesOut: number
}

export function noReport(peer: PeerId): SyncReport {
  return { peer, rounds: 0, received: 0, sent: 0, bytesIn: 0, bytesOut: 0, durationMs: 0 }
}

export function addReport(total: SyncReport, report: Omit<SyncReport, 'peer'>): SyncReport {
  return {
    peer: total.peer,
    rounds: total.rounds + report.rounds,
    received: total.received + report.received,
    sent: total.sent + report.sent,
    bytesIn: total.bytesIn + report.bytesIn,
    bytesOut: total.bytesOut + report.bytesOut,
    durationMs: total.durationMs + report.durationMs,
  }
}

export function noCounters(): SyncCounters {
  return {
    sessions: { done: 0, partial: 0, refused: 0, failed: 0, lied: 0 },
    received: 0,
    sent: 0,
    bytesIn: 0,
    bytesOut: 0,
  }
}

/** Of a session for which no stream could be opened. */
export function unopened(why: string, durationMs: number): DrivenReport {
  const nothing = { rounds: 0, received: 0, delivered: 0, sent: 0, bytesIn: 0, bytesOut: 0 }
  return { outcome: 'failed', reason: 'lost', why, durationMs, ...nothing }
}
