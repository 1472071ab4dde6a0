/** HPKE KEM ids of RFC 9180 §7.1 and draft-ietf-hpke-pq. All suites use HKDF-SHA256 and ChaCha20-Poly1305, base mode. */
export const MLKEM768_X25519 = 0x647a
export const X25519 = 0x0020
export type SuiteId = typeof MLKEM768_X25519 | typeof X25519

/** Private parts are what the KEM derives everything from: 32 bytes in both suites. */
export interface MailKeyPair {
  readonly suite: SuiteId
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

export interface Sealed {
  /** The encapsulated key. */
  readonly enc: Uint8Array
  readonly ciphertext: Uint8Array
}

/** One HPKE suite, single shot, base mode. Native where the platform can; the same bytes everywhere. */
export interface HpkeSuite {
  readonly id: SuiteId
  /** 1,216 and 32. */
  readonly publicKeyBytes: number
  /** 1,120 and 32. */
  readonly encBytes: number
  generate(): Promise<MailKeyPair>
  /** @throws {TypeError} when the public key is none */
  seal(publicKey: Uint8Array, info: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<Sealed>
  /** Undefined when it was not sealed to this key, or was altered. */
  open(
    key: MailKeyPair,
    enc: Uint8Array,
    info: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Promise<Uint8Array | undefined>
}

export const SUITE_SIZES = {
  [MLKEM768_X25519]: { publicKeyBytes: 1_216, encBytes: 1_120 },
  [X25519]: { publicKeyBytes: 32, encBytes: 32 },
} as const

/** @throws {TypeError} */
export function checkPublicKey(suite: SuiteId, publicKey: Uint8Array): void {
  const { publicKeyBytes } = SUITE_SIZES[suite]
  if (publicKey.length === publicKeyBytes) return
  throw new TypeError(`a public key has ${publicKeyBytes} bytes, these are ${publicKey.length}`)
}
