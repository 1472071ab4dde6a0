import type { PeerId, Startable, TypedEventTarget } from '@libp2p/interface'
import type { Change } from './core/change.ts'
import type { ScanPage, ScanQuery } from './core/scan.ts'
import type { Entry, EntryMeta } from './core/entry.ts'
import type { GroupCount } from './core/groups.ts'
import type { Verdict } from './core/verdict.ts'
import type { Progress } from './net/sync-host.ts'
import type { SyncReport } from './net/sync-report.ts'
import type { SyncStatus } from './net/sync.ts'
import type { RawStamp } from './stamp.ts'

/** An entry that is held, with what the index knows of it: it may be final, or lapsed. */
export interface Held<E extends Entry = Entry> {
  readonly entry: E
  readonly meta: EntryMeta
}

/** A change of the set, told when it is durable. A `put` has its entry with it, unless it was put back after a fault of the store. */
export type ReplicaChange<E extends Entry = Entry> =
  | (Extract<Change, { type: 'put' }> & { readonly entry?: E })
  | Exclude<Change, { type: 'put' }>

export interface ReplicaEvents<E extends Entry = Entry> {
  /** What became durable at one time, in the order in which it happened. */
  change: CustomEvent<{ readonly changes: ReadonlyArray<ReplicaChange<E>> }>
  /** How far sessions that this node began have come. */
  sync: CustomEvent<Progress>
  /** The store takes no writes any more. What is held is still served. */
  'read-only': CustomEvent<{ readonly reason: string }>
  writable: CustomEvent<void>
  /** This node's clock differs from the median of its peers' by more than the allowed skew, or no longer does. */
  clock: CustomEvent<{ readonly offsetMs: number; readonly isOff: boolean }>
}

export interface PublishOptions {
  signal?: AbortSignal
}

export interface PublishManyOptions extends PublishOptions {
  onProgress?: (progress: PublishProgress) => void
  /** An entry that cannot be published: its place in the input, from 0. Without it the first one ends the call with its error. */
  onRefused?: (index: number, error: Error) => void
}

export interface PublishProgress {
  readonly published: number
  readonly refused: number
}

export interface ReplicaStatus {
  readonly entries: number
  readonly live: number
  readonly chargedBytes: number
  readonly budgetBytes: number
  /** The bits that a stamp for 1 KiB for a day must have now. 0: nothing to pay. */
  readonly priceBits: number
  /** Entries that wait to be checked or stored. */
  readonly queued: number
  /** Sessions under way, of both sides. */
  readonly sessions: number
  /** When a session last ended with nothing left to do. */
  readonly lastSyncMs: number | undefined
  /** Undefined while the replica is not started. */
  readonly sync: SyncStatus | undefined
  /** Why the store takes no writes. */
  readonly readOnly: string | undefined
  /** How far this node's clock is ahead of the median of its peers'. */
  readonly clockOffsetMs: number | undefined
  readonly counters: Readonly<ReplicaCounters>
}

/** Counts since the start. */
export interface ReplicaCounters {
  /** Arrivals by what became of them. */
  readonly verdicts: Record<Verdict, number>
  /** Arrivals turned away because too many waited. */
  overloaded: number
  /** Arrivals turned away because the store takes no writes. */
  refusedReadOnly: number
  published: number
  /** Own entries that were left to anti-entropy, because more were published than may be gossiped. */
  notGossiped: number
  /** Rows of the store that were damaged: dropped, and fetched again from peers. */
  damagedRows: number
  /** Peers that lost their connection for what they sent. */
  peersDropped: number
}

/** One set of entries that every node keeps: spec/replica.md. */
export interface Replica<E extends Entry = Entry> extends Startable, TypedEventTarget<ReplicaEvents<E>> {
  readonly isStarted: boolean
  /**
   * Takes an own entry: pays its price, stores it, tells the peers. Resolves when it is durable.
   * @throws {ReplicaError} `not-started`, `invalid`, `not-allowed`, `superseded`, `over-quota`, `no-room`, `too-dear`, `read-only`, `aborted`
   */
  publish(bytes: Uint8Array, options?: PublishOptions): Promise<EntryMeta>
  /**
   * Takes own entries in bulk, many at a time. Those beyond the budget for rumours are not gossiped: peers find them by synchronization,
   * which starts at once. @throws {ReplicaError} as `publish`, unless `onRefused` is given; `aborted`, `read-only` and `not-started` always.
   */
  publishMany(
    entries: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PublishManyOptions,
  ): Promise<PublishProgress>
  /**
   * Takes an entry as if a peer had sent it, for example from a file. Where the rules have a floor and no stamp is given, the one held of its key
   * serves. @throws {ReplicaError} `not-started`, `read-only`
   */
  take(bytes: Uint8Array, stamp?: RawStamp): Promise<Verdict>
  /** What is held of a key, be it live, final or lapsed. */
  get(key: Uint8Array): Promise<Held<E> | undefined>
  /** The entries of these metas, in order; undefined for what is held no more. */
  read(metas: readonly EntryMeta[]): Promise<Array<Held<E> | undefined>>
  /** A page of the index, by creation. No entry is read. What is found may still be on its way to the disk; `read` waits for it. */
  scan(query: ScanQuery): ScanPage
  groups(): Iterable<GroupCount>
  /** Synchronizes with a peer now. @throws {ReplicaError} `not-started`, `no-session`, `aborted` */
  syncWith(peer: PeerId, options?: PublishOptions): Promise<SyncReport>
  status(): ReplicaStatus
}
