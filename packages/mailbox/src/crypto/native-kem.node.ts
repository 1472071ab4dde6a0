import * as crypto from 'node:crypto'
import type { KeyObject } from 'node:crypto'

// Node before 24.7 has no ML-KEM: named imports of it would fail to link.

const { createHash, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } = crypto

// Keys go in and out as DER, of which all before the key itself is constant: Node 24 has no raw formats yet.

const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex')
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_MLKEM = Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex')
/** Of the form that has the seed only. */
const PKCS8_MLKEM = Buffer.from('3054020100300b060960864801650304040204428040', 'hex')
const MLKEM_SEED_BYTES = 64
const MLKEM_KEY_BYTES = 1_184
const MLKEM_ENC_BYTES = 1_088
const X25519_BYTES = 32
const HYBRID_LABEL = Buffer.from('\\.//^\\')

export interface Encapsulated {
  enc: Uint8Array
  secret: Uint8Array
}

/** One half, or all, of a KEM: whatever its private key was made of. */
export interface NativeKey {
  publicKey: Uint8Array
  /** @throws when the encapsulated key is none */
  decapsulate(enc: Uint8Array): Uint8Array
}

/** Diffie-Hellman on X25519; the encapsulated key is a public key. Throws for keys of small order. */
export const x25519 = {
  key: (privateKey: Uint8Array): NativeKey => {
    const key = privateKeyOf(PKCS8_X25519, privateKey)
    return {
      publicKey: rawX25519(createPublicKey(key)),
      decapsulate: enc => diffieHellman({ privateKey: key, publicKey: publicKeyOf(SPKI_X25519, enc) }),
    }
  },
  encapsulate: (publicKey: Uint8Array): Encapsulated => {
    const ephemeral = generateKeyPairSync('x25519')
    const theirs = publicKeyOf(SPKI_X25519, publicKey)
    return {
      enc: rawX25519(ephemeral.publicKey),
      secret: diffieHellman({ privateKey: ephemeral.privateKey, publicKey: theirs }),
    }
  },
}

/** MLKEM768-X25519 of draft-ietf-hpke-pq, which is X-Wing. */
export const hybrid = {
  key: (seed: Uint8Array): NativeKey => {
    const full = createHash('shake256', { outputLength: MLKEM_SEED_BYTES + X25519_BYTES })
      .update(seed)
      .digest()
    const mlkem = privateKeyOf(PKCS8_MLKEM, full.subarray(0, MLKEM_SEED_BYTES))
    const dh = x25519.key(full.subarray(MLKEM_SEED_BYTES))
    const publicKey = Buffer.concat([rawMlkem(createPublicKey(mlkem)), dh.publicKey])
    full.fill(0)
    return {
      publicKey,
      decapsulate: enc => {
        const dhEnc = enc.subarray(MLKEM_ENC_BYTES)
        const secret = crypto.decapsulate(mlkem, enc.subarray(0, MLKEM_ENC_BYTES))
        return combined(secret, dh.decapsulate(dhEnc), dhEnc, dh.publicKey)
      },
    }
  },
  encapsulate: (publicKey: Uint8Array): Encapsulated => {
    const dhKey = publicKey.subarray(MLKEM_KEY_BYTES)
    const { sharedKey, ciphertext } = crypto.encapsulate(
      publicKeyOf(SPKI_MLKEM, publicKey.subarray(0, MLKEM_KEY_BYTES)),
    )
    const dh = x25519.encapsulate(dhKey)
    return { enc: Buffer.concat([ciphertext, dh.enc]), secret: combined(sharedKey, dh.secret, dh.enc, dhKey) }
  },
}

function combined(mlkem: Uint8Array, dh: Uint8Array, dhEnc: Uint8Array, dhKey: Uint8Array): Uint8Array {
  return createHash('sha3-256').update(mlkem).update(dh).update(dhEnc).update(dhKey).update(HYBRID_LABEL).digest()
}

function privateKeyOf(prefix: Uint8Array, raw: Uint8Array): KeyObject {
  const der = Buffer.concat([prefix, raw])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return key
}

function publicKeyOf(prefix: Uint8Array, raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'spki' })
}

function rawMlkem(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_MLKEM.length)
}

/** 20 µs less than as DER, and part of every letter. */
function rawX25519(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url')
}
