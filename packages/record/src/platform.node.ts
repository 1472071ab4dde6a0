import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import { RecordError } from './errors.ts'
import type { Platform } from './platform-types.ts'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import type { KeyObject } from 'node:crypto'

const POINT = { kty: 'OKP', crv: 'Ed25519' } as const
const privateKeys = new WeakMap<Ed25519PrivateKey, KeyObject>()

/** Signatures are made and checked on libuv's pool: 100 µs and 36 µs of a core each. */
export const platform: Platform = {
  // a string and a copy: a Buffer of its own costs 0.6 µs more, and twice the memory
  sha256: bytes => {
    const digest = hash('sha256', bytes, 'latin1')
    const copy = new Uint8Array(32)
    for (let at = 0; at < 32; at++) copy[at] = digest.charCodeAt(at)
    return copy
  },

  // making the key takes 2.5 µs of the 100, so none are kept
  verify: (owner, message, signature) =>
    new Promise((resolve, reject) => {
      const key = createPublicKey({ key: { ...POINT, x: base64url(owner) }, format: 'jwk' })
      verify(null, message, key, signature, (error, valid) => {
        if (error === null) resolve(valid)
        else reject(error)
      })
    }),

  sign: (key, message) =>
    new Promise((resolve, reject) => {
      sign(null, message, privateKeyOf(key), (error, signature) => {
        if (error === null) resolve(signature)
        else reject(error)
      })
    }),
}

function privateKeyOf(key: Ed25519PrivateKey): KeyObject {
  const known = privateKeys.get(key)
  if (known !== undefined) return known
  const x = base64url(key.publicKey.raw)
  const made = createPrivateKey({ key: { ...POINT, d: base64url(key.raw.subarray(0, 32)), x }, format: 'jwk' })
  if (createPublicKey(made).export({ format: 'jwk' }).x !== x) {
    throw new RecordError('bad-key', 'the private key does not belong to its public key')
  }
  privateKeys.set(key, made)
  return made
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}
