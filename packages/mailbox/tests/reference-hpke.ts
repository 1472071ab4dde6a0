import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { X25519 } from '../src/crypto/suite.ts'
import type { MailKeyPair, Sealed, SuiteId } from '../src/crypto/suite.ts'

// RFC 9180 and X-Wing once more, from their text, with the randomness as an argument: what vectors are made of.

const NOTHING = new Uint8Array(0)
const utf8 = (text: string): Uint8Array => fromString(text)
const i2osp = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff)

/** @param ephemeral X25519: the ephemeral private key. Hybrid: the eseed of X-Wing, 64 bytes. */
export function referenceSeal(
  suite: SuiteId,
  publicKey: Uint8Array,
  ephemeral: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Sealed {
  const { enc, secret } = encapsulate(suite, publicKey, ephemeral)
  const suiteId = concat([utf8('HPKE'), i2osp(suite), i2osp(1), i2osp(3)])
  const context = concat([
    Uint8Array.of(0),
    labeledExtract(suiteId, NOTHING, 'psk_id_hash', NOTHING),
    labeledExtract(suiteId, NOTHING, 'info_hash', info),
  ])
  const prk = labeledExtract(suiteId, secret, 'secret', NOTHING)
  const key = labeledExpand(suiteId, prk, 'key', context, 32)
  const nonce = labeledExpand(suiteId, prk, 'base_nonce', context, 12)
  return { enc, ciphertext: chacha20poly1305(key, nonce, aad).encrypt(plaintext) }
}

export function encapsulate(
  suite: SuiteId,
  publicKey: Uint8Array,
  ephemeral: Uint8Array,
): { enc: Uint8Array; secret: Uint8Array } {
  if (suite === X25519) {
    const enc = x25519.getPublicKey(ephemeral)
    const suiteId = concat([utf8('KEM'), i2osp(suite)])
    const prk = labeledExtract(suiteId, NOTHING, 'eae_prk', x25519.getSharedSecret(ephemeral, publicKey))
    return { enc, secret: labeledExpand(suiteId, prk, 'shared_secret', concat([enc, publicKey]), 32) }
  }
  const dhKey = publicKey.subarray(1184)
  const mlkem = ml_kem768.encapsulate(publicKey.subarray(0, 1184), ephemeral.subarray(0, 32))
  const dhEphemeral = ephemeral.subarray(32)
  const dhEnc = x25519.getPublicKey(dhEphemeral)
  const dh = x25519.getSharedSecret(dhEphemeral, dhKey)
  const secret = sha3_256(concat([mlkem.sharedSecret, dh, dhEnc, dhKey, utf8('\\.//^\\')]))
  return { enc: concat([mlkem.cipherText, dhEnc]), secret }
}

/** @param privateKey 32 bytes */
export function referenceKey(suite: SuiteId, privateKey: Uint8Array): MailKeyPair {
  if (suite === X25519) return { suite, privateKey, publicKey: x25519.getPublicKey(privateKey) }
  const full = shake256(privateKey, { dkLen: 96 })
  const mlkem = ml_kem768.keygen(full.subarray(0, 64))
  return { suite, privateKey, publicKey: concat([mlkem.publicKey, x25519.getPublicKey(full.subarray(64))]) }
}

function labeledExtract(suiteId: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return extract(sha256, concat([utf8('HPKE-v1'), suiteId, utf8(label), ikm]), salt)
}

function labeledExpand(
  suiteId: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeledInfo = concat([i2osp(length), utf8('HPKE-v1'), suiteId, utf8(label), info])
  return expand(sha256, prk, labeledInfo, length)
}
