import type { PrivateKey } from '@libp2p/interface'
import type { Entry } from '@stoa/replica'
import type { MailKeyPair, SuiteId } from '../crypto/suite.ts'

/** spec/mailbox.md §2. */
export interface Header {
  /** sha256 of the receipt's preimage, 32 bytes. */
  readonly lock: Uint8Array
  /** Whole minutes, in ms. */
  readonly createdMs: number
  readonly expiresMs: number
  readonly bucket: number
  readonly suite: SuiteId
  /** Of what is sealed, padding included. */
  readonly sizeBytes: number
  /** sha256 of the sealed bytes, 32 bytes. */
  readonly sealedHash: Uint8Array
}

/** A letter, or the receipt that replaces it, as an entry of a replica. `key` is the letter's id. */
export interface LetterEntry extends Entry {
  readonly header: Header
  /** Undefined in a receipt. */
  readonly sealed: Uint8Array | undefined
  /** Undefined in a letter. 32 bytes. */
  readonly preimage: Uint8Array | undefined
}

export interface NewLetter {
  readonly network: string
  /** Ed25519. */
  readonly from: PrivateKey
  /** The receiver's Ed25519 public key, 32 bytes. */
  readonly to: Uint8Array
  /** Public keys of the receiver's devices, 1 to 8, all of one suite. */
  readonly keys: ReadonlyArray<Pick<MailKeyPair, 'suite' | 'publicKey'>>
  /** 16 bytes. */
  readonly messageId: Uint8Array
  readonly contentType: string
  readonly body: Uint8Array
  readonly sentMs: number
  /** From `sentMs` on; the header has whole minutes. */
  readonly ttlMs: number
  readonly bucketBits: number
}

export interface OpenedLetter {
  /** The sender's Ed25519 public key, 32 bytes, proven. */
  readonly from: Uint8Array
  /** 16 bytes. */
  readonly messageId: Uint8Array
  readonly contentType: string
  readonly body: Uint8Array
  readonly sentMs: number
  /** The bytes of the receipt: an entry of the same key, final. */
  readonly receipt: Uint8Array
}
