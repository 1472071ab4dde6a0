import type { PrivateKey } from '@libp2p/interface'
import type { HpkeSuite, SuiteId } from './suite.ts'

/** What differs between Node and a browser, behind the import condition `#crypto`. The same bytes everywhere. */
export interface CryptoPlatform {
  readonly suites: Readonly<Record<SuiteId, HpkeSuite>>
  sha256(bytes: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array
  /** Of an Ed25519 key. */
  sign(key: PrivateKey, message: Uint8Array): Promise<Uint8Array>
  /** ChaCha20-Poly1305 with the nonce of twelve zeros: for keys that seal once. */
  sealOnce(key: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** Undefined when it is not what was sealed. */
  openOnce(key: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
}
