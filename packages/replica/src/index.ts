export { createReplica } from './replica.ts'
export { levelStore } from './net/level-store.ts'
export { allowList, DEFAULTS } from './options.ts'
export { ReplicaError } from './errors.ts'
export { EntryError } from './core/rules.ts'
export { isBlamed, isTaken } from './core/verdict.ts'
export { checkStamp, StampError } from './stamp.ts'
export type {
  Held,
  PublishManyOptions,
  PublishOptions,
  PublishProgress,
  Replica,
  ReplicaChange,
  ReplicaCounters,
  ReplicaEvents,
  ReplicaStatus,
} from './api.ts'
export type { Broadcast, BroadcastTopic, BroadcastTopicOptions, ReplicaComponents } from './components.ts'
export type { Change, DropReason } from './core/change.ts'
export type { Cursor, ScanPage, ScanQuery } from './core/scan.ts'
export type { Entry, EntryMeta, Stamp, Verified } from './core/entry.ts'
export type { GroupCount } from './core/groups.ts'
export type { Rules } from './core/rules.ts'
export type { Verdict } from './core/verdict.ts'
export type { ReplicaCode } from './errors.ts'
export type { Level, LevelStore } from './net/level-store.ts'
export type { Progress as SyncProgress } from './net/sync-host.ts'
export type { SyncCounters, SyncReport } from './net/sync-report.ts'
export type { SyncStatus } from './net/sync.ts'
export type { Clock } from './net/clock.ts'
export type { Admission, ReplicaInit, ReplicaOptions } from './options.ts'
export type { RawStamp } from './stamp.ts'
