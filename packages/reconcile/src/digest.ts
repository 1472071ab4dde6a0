/** spec/reconcile.md §4: of the 32 bytes of a SHA-256 the first 16 are the fingerprint. */
export const FINGERPRINT_BYTES = 16

/** Any implementation of SHA-256: 32 bytes for the bytes given, which must not be kept. */
export type Sha256 = (input: Uint8Array) => Uint8Array

/** Writes the first 16 bytes of the SHA-256 of `input`. */
export type Digest = (input: Uint8Array, into: Uint8Array, at: number) => void

export function digestWith(sha256: Sha256): Digest {
  return (input, into, at) => {
    const output = sha256(input)
    for (let index = 0; index < FINGERPRINT_BYTES; index++) into[at + index] = output[index]!
  }
}
