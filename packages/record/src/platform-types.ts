import type { Ed25519PrivateKey } from '@libp2p/interface'

/** What differs between Node and a browser, behind the import condition `#platform`. */
export interface Platform {
  sha256: (bytes: Uint8Array) => Uint8Array
  /**
   * The equation of spec/records.md §5. Key and signature have passed the checks of their bytes.
   * @returns false for a key that is not on the curve; rejects when the platform could not tell
   */
  verify: (owner: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>
  /** 64 bytes. */
  sign: (key: Ed25519PrivateKey, message: Uint8Array) => Promise<Uint8Array>
}
