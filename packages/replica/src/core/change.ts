import type { EntryMeta } from './entry.ts'

/** `lost`: the store was damaged; peers are asked for it again. */
export type DropReason = 'superseded' | 'expired' | 'over-quota' | 'no-room' | 'lost'

/**
 * What an event did to the set, in order. Effects of the set: whoever drives it makes the store and its listeners follow.
 * - `put`: held now. `previous` is the version of the same key that it replaced (or itself with a weaker stamp).
 * - `lapse`: its expiry has come. It is kept until `holdsMs`, and no longer live.
 * - `drop`: no longer held, and not replaced.
 */
export type Change =
  | { readonly type: 'put'; readonly meta: EntryMeta; readonly previous: EntryMeta | undefined }
  | { readonly type: 'lapse'; readonly meta: EntryMeta }
  | { readonly type: 'drop'; readonly meta: EntryMeta; readonly reason: DropReason }
