/**
 * One entry, as its rules read it from bytes: what the replica needs to know of it to keep it, order it and let it go.
 * spec/replica.md §2. All times are ms since 1970; all integers are below 2^53.
 */
export interface Entry {
  /** Everything that is signed, as it travels and is stored. */
  readonly bytes: Uint8Array
  /** sha256 of `bytes`, 32 bytes. */
  readonly id: Uint8Array
  /** What this is a version of, 32 bytes. A set holds one version of a key. */
  readonly key: Uint8Array
  /** Whose quota it counts in, for example space and owner. At most 256 characters. */
  readonly group: string
  /** The version. The higher one of a key replaces the lower. */
  readonly seq: number
  /** At the same `seq` it replaces what is not final: a removal, a receipt. It is kept and passed on, never listed as live. */
  readonly isFinal: boolean
  readonly createdMs: number
  /** Until then it is live, when it is not final. */
  readonly expiresMs: number
  /** Until then it is kept, so that no older version comes back. */
  readonly holdsMs: number
  /** What the rules want to know of it without reading it again, 0 to 255. */
  readonly mark: number
}

declare const verified: unique symbol
/** An entry whose signatures, or whatever proves it, were checked. Only the verification of a replica's rules makes one. */
export type Verified<E extends Entry = Entry> = E & { readonly [verified]: true }

/** Proof of work for a place: every version of `key` that fits its bounds may use it. spec/replica.md §5. */
export interface Stamp {
  /** Entries of up to 2^sizeClass bytes. */
  readonly sizeClass: number
  readonly fromMs: number
  readonly untilMs: number
  /** 8 bytes. */
  readonly nonce: Uint8Array
  /** sha256 over the key and all of the above, 32 bytes. Computed, never taken from a peer. */
  readonly hash: Uint8Array
  /** Leading zero bits of `hash`. */
  readonly bits: number
}

/** What the index remembers of an entry. Its bytes are in the store. */
export interface EntryMeta {
  readonly key: Uint8Array
  readonly id: Uint8Array
  /** What reconciliation knows it by: its id, xor the hash of its stamp when it has one. 32 bytes. */
  readonly itemId: Uint8Array
  readonly group: string
  readonly seq: number
  readonly isFinal: boolean
  readonly createdMs: number
  readonly expiresMs: number
  readonly holdsMs: number
  readonly mark: number
  /** Length of its bytes. */
  readonly sizeBytes: number
  readonly stamp: Stamp | undefined
  /** This node's own: it is kept and offered to others when there is no room for it, too. */
  readonly isOwn: boolean
}
