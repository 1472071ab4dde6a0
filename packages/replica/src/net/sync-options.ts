import { INBOUND_DEFAULTS } from '../core/schedule-inbound.ts'
import { SCHEDULE_DEFAULTS } from '../core/schedule.ts'
import { SESSION_DEFAULTS } from '../core/sync-limits.ts'
import type { InboundOptions } from '../core/schedule-inbound.ts'
import type { ScheduleOptions } from '../core/schedule.ts'
import type { SessionOptions } from '../core/sync-limits.ts'

export interface SyncOptions extends SessionOptions, ScheduleOptions, InboundOptions {
  /** After a session that brought so many entries the next peers are synchronized with soon: they may lack them, too. */
  nudgeAfter: number
}

export const SYNC_DEFAULTS = {
  ...SESSION_DEFAULTS,
  ...SCHEDULE_DEFAULTS,
  ...INBOUND_DEFAULTS,
  nudgeAfter: 1,
} as const satisfies SyncOptions
