import type { SignatureCheck } from './platform-types.ts'

/** @throws what the platform throws when it has no Ed25519, or no WebCrypto (pages that are not secure) */
export async function verifyWithWebCrypto({ owner, message, signature }: SignatureCheck): Promise<boolean> {
  const { subtle } = globalThis.crypto
  let key
  try {
    key = await subtle.importKey('raw', unshared(owner), 'Ed25519', false, ['verify'])
  } catch (error) {
    // how a platform may say that a key is not on the curve
    if (error instanceof DOMException && error.name === 'DataError') return false
    throw error
  }
  return subtle.verify('Ed25519', key, unshared(signature), unshared(message))
}

/** WebCrypto takes no memory that threads share. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}
