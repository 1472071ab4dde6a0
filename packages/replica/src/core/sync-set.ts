import type { ReconcileTree } from '@stoa/reconcile'
import type { EntryMeta } from './entry.ts'
import type { WireEntry } from './sync-message.ts'

/** What a session needs of the set. EntrySet is one. */
export interface SyncSet {
  readonly tree: ReconcileTree
  /** Neither held nor dropped a moment ago. */
  wants(itemId: Uint8Array, nowMs: number): boolean
  /** It was fetched, and is of no use. */
  forget(itemId: Uint8Array, nowMs: number): void
  getByItem(itemId: Uint8Array): Pick<EntryMeta, 'sizeBytes'> | undefined
}

/** An entry that came in a session. Whoever judges it finds it `malformed` when its id, with its stamp, is not the one asked for. */
export interface Arrival extends WireEntry {
  readonly itemId: Uint8Array
}
