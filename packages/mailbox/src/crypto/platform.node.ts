import { createHmac, hash } from 'node:crypto'
import { chosenSuite } from './chosen-suite.ts'
import { nativeSign } from './native-sign.node.ts'
import { nativeSuite, openWith, sealWith } from './native-suite.node.ts'
import { librarySuites } from './platform.ts'
import { MLKEM768_X25519, SUITE_SIZES, X25519 } from './suite.ts'
import type { CryptoPlatform } from './platform-types.ts'
import type { HpkeSuite, SuiteId } from './suite.ts'

const NONCE = new Uint8Array(12)

/** node:crypto. Node before 24.7, or built with another OpenSSL, lacks ML-KEM: there the library has that suite. */
export const platform: CryptoPlatform = {
  suites: { [MLKEM768_X25519]: suite(MLKEM768_X25519), [X25519]: suite(X25519) },
  sha256: bytes => new Uint8Array(hash('sha256', bytes, 'buffer')),
  hmacSha256: (key, message) => new Uint8Array(createHmac('sha256', key).update(message).digest()),
  sign: async (key, message) => nativeSign(key, message),
  sealOnce: (key, aad, plaintext) => sealWith(key, NONCE, aad, plaintext),
  openOnce: (key, aad, ciphertext) => openWith(key, NONCE, aad, ciphertext),
}

function suite(id: SuiteId): HpkeSuite {
  return chosenSuite(id, SUITE_SIZES[id], () => [nativeSuite(id), ...librarySuites(id)])
}
