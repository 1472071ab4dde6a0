import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import type { SignatureCheck } from './platform-types.ts'

const { Point } = ed25519
const POINT_BYTES = 32

/**
 * Cofactorless, as spec/records.md §5 asks: noble's own `verify` multiplies by the cofactor, and takes signatures that all others refuse.
 * Key and signature have passed the checks of their bytes.
 */
export async function verifyWithNoble({ owner, message, signature }: SignatureCheck): Promise<boolean> {
  const r = signature.subarray(0, POINT_BYTES)
  const s = Point.Fn.fromBytes(signature.subarray(POINT_BYTES))
  let a
  try {
    a = Point.fromBytes(owner)
  } catch {
    return false // not on the curve
  }
  const k = challenge(r, owner, message)
  const computed = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes()
  return computed.every((byte, at) => byte === r[at])
}

/** Reduced by the order of the group before it multiplies: with a key of mixed order it matters. */
function challenge(r: Uint8Array, owner: Uint8Array, message: Uint8Array): bigint {
  const hash = sha512.create().update(r).update(owner).update(message).digest()
  let value = 0n
  for (const byte of hash.reverse()) value = (value << 8n) | BigInt(byte)
  return Point.Fn.create(value)
}
