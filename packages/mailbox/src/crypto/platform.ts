import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import * as noble from '@panva/hpke-noble'
import * as web from 'hpke'
import { chosenSuite } from './chosen-suite.ts'
import { librarySuite } from './library-suite.ts'
import { MLKEM768_X25519, SUITE_SIZES, X25519 } from './suite.ts'
import type { CryptoPlatform } from './platform-types.ts'
import type { HpkeSuite, SuiteId } from './suite.ts'

const NONCE = new Uint8Array(12)

/** WebCrypto as far as it goes, else JavaScript. */
export const platform: CryptoPlatform = {
  suites: { [MLKEM768_X25519]: suite(MLKEM768_X25519), [X25519]: suite(X25519) },
  sha256,
  hmacSha256: (key, message) => hmac(sha256, key, message),
  sign: async (key, message) => key.sign(message),
  sealOnce: (key, aad, plaintext) => chacha20poly1305(key, NONCE, aad).encrypt(plaintext),
  openOnce: (key, aad, ciphertext) => {
    try {
      return chacha20poly1305(key, NONCE, aad).decrypt(ciphertext)
    } catch {
      return undefined
    }
  },
}

/** The fastest first. Few platforms have ML-KEM or ChaCha20-Poly1305 in WebCrypto; all have HKDF where they have it at all. */
export function librarySuites(id: SuiteId): HpkeSuite[] {
  const isSmall = id === X25519
  const webKem = isSmall ? web.KEM_DHKEM_X25519_HKDF_SHA256 : web.KEM_MLKEM768_X25519
  const nobleKem = isSmall ? noble.KEM_DHKEM_X25519_HKDF_SHA256 : noble.KEM_MLKEM768_X25519
  return [
    { kem: webKem, kdf: web.KDF_HKDF_SHA256, aead: web.AEAD_ChaCha20Poly1305 },
    { kem: webKem, kdf: web.KDF_HKDF_SHA256, aead: noble.AEAD_ChaCha20Poly1305 },
    { kem: nobleKem, kdf: noble.KDF_HKDF_SHA256, aead: noble.AEAD_ChaCha20Poly1305 },
  ].map(factories => librarySuite(id, factories))
}

function suite(id: SuiteId): HpkeSuite {
  return chosenSuite(id, SUITE_SIZES[id], () => librarySuites(id))
}
