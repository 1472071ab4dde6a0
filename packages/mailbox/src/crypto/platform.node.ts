import { createHmac, hash } from 'node:crypto'
import { hasMlkem } from './native-kem.node.ts'
import { nativeSign } from './native-sign.node.ts'
import { nativeSuite, openWith, sealWith } from './native-suite.node.ts'
import { platform as library } from './platform.ts'
import { MLKEM768_X25519, X25519 } from './suite.ts'
import type { CryptoPlatform } from './platform-types.ts'

const NONCE = new Uint8Array(12)

export const platform: CryptoPlatform = {
  suites: {
    // Node 24.7 and later; a Node that was built with another OpenSSL may lack it
    [MLKEM768_X25519]: hasMlkem() ? nativeSuite(MLKEM768_X25519) : library.suites[MLKEM768_X25519],
    [X25519]: nativeSuite(X25519),
  },
  sha256: bytes => new Uint8Array(hash('sha256', bytes, 'buffer')),
  hmacSha256: (key, message) => new Uint8Array(createHmac('sha256', key).update(message).digest()),
  sign: async (key, message) => nativeSign(key, message),
  sealOnce: (key, aad, plaintext) => sealWith(key, NONCE, aad, plaintext),
  openOnce: (key, aad, ciphertext) => openWith(key, NONCE, aad, ciphertext),
}
