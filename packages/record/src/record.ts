/** A record whose bytes are well formed and within all limits. Whether its owner signed it is not known yet. */
export interface UncheckedRecord {
  /** The signed envelope: what travels and is stored. */
  readonly bytes: Uint8Array
  /** SHA-256 of `bytes`. */
  readonly id: Uint8Array
  /** What all versions of a record share: owner, space and name, hashed. */
  readonly key: Uint8Array
  /** The owner's Ed25519 public key, 32 bytes. */
  readonly owner: Uint8Array
  readonly space: string
  /** The space up to its first `/`. */
  readonly family: string
  readonly name: Uint8Array
  readonly seq: number
  readonly createdMs: number
  readonly expiresMs: number
  readonly holdsMs: number
  /** undefined when this is a removal. */
  readonly body: Uint8Array | undefined
  readonly removed: boolean
}

declare const verified: unique symbol

/** A record that its owner signed. Comes only from `parseRecord`, a `Verifier`, or `signRecord`. */
export type VerifiedRecord = UncheckedRecord & { readonly [verified]: true }

/** For those three alone. */
export function asVerified(record: UncheckedRecord): VerifiedRecord {
  return record as VerifiedRecord
}

export interface RecordFields {
  space: string
  /** The owner's name for it; a string is taken as UTF-8. */
  name: string | Uint8Array
  /** The owner's version: max(last + 1, now in ms). */
  seq: number
  createdMs: number
  expiresMs: number
  /** The moment by which every older version of this record is dead: `expiresMs`, unless one of them lives longer. */
  holdsMs?: number
  /** undefined removes the record. */
  body: Uint8Array | undefined
}
