import type { RawStamp } from '../stamp.ts'

/** An entry as a peer sent it: nothing of it is checked. */
export interface WireEntry {
  /** Empty: what was asked for is not held any more. */
  readonly bytes: Uint8Array
  readonly stamp: RawStamp | undefined
}

/** What each side says first. */
export interface Hello {
  /** The sender's clock. */
  readonly nowMs: number
  /** How many it holds. */
  readonly entries: number
  /** The lowest rank at which it would keep one more entry of 1,024 bytes; undefined when none. */
  readonly priceRank: number | undefined
}

/** spec/replica.md, "wire". */
export const EndCode = { DONE: 0, BUSY: 1, NOT_READY: 2, LIMIT: 3, TIME: 4, BAD_MESSAGE: 5 } as const
export type EndCode = (typeof EndCode)[keyof typeof EndCode]

/** One frame of a session. Ids are 32 bytes each, one behind the other. */
export type SyncMessage =
  | { readonly type: 'hello'; readonly hello: Hello }
  | { readonly type: 'reconcile'; readonly bytes: Uint8Array }
  | { readonly type: 'offer'; readonly ids: Uint8Array }
  | { readonly type: 'want'; readonly ids: Uint8Array }
  | { readonly type: 'entries'; readonly entries: readonly WireEntry[] }
  | { readonly type: 'end'; readonly code: EndCode }
