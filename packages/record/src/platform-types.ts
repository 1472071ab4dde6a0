import type { Ed25519PrivateKey } from '@libp2p/interface'

/** What differs between Node and a browser, behind the import condition `#platform`. */
export interface Platform {
  sha256: (bytes: Uint8Array) => Uint8Array
  /**
   * The equation of spec/records.md §5 for envelopes whose bytes have passed all other checks, in order. Each is valid or not (as with
   * a key that is off the curve), or the platform could not tell.
   * @param prefix what is signed before the payload
   */
  verify: (prefix: Uint8Array, envelopes: readonly Uint8Array[]) => Promise<readonly Verdict[]>
  /** 64 bytes. */
  sign: (key: Ed25519PrivateKey, message: Uint8Array) => Promise<Uint8Array>
}

export type Verdict = 'valid' | 'invalid' | Error

export interface SignatureCheck {
  owner: Uint8Array
  message: Uint8Array
  signature: Uint8Array
}

/** @returns whether it is valid; rejects when the platform could not tell */
export type VerifyOne = (check: SignatureCheck) => Promise<boolean>
