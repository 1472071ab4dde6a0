import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'

// Signatures that no signer makes, for the edges of spec/records.md §5 ("Taming the many EdDSAs", Chalkias, Garillot, Nikolaenko 2020).

const { Point } = ed25519
type Point = InstanceType<typeof Point>
export const L: bigint = Point.Fn.ORDER
/** Of order 8: its multiples are all points of small order. */
export const TORSION = ED25519_TORSION_SUBGROUP.map(hex => Point.fromHex(hex)).find(
  point => !point.multiplyUnsafe(4n).is0(),
)!

export interface Crafted {
  owner: Uint8Array
  message: Uint8Array
  signature: Uint8Array
}

export interface Craft {
  /** The owner's key is aB + iT. */
  a: bigint
  i: bigint
  /** The signature's R is rB + jT. */
  r: bigint
  j: bigint
}

/** Valid by the cofactored equation; by the cofactorless one when jT = -kiT. */
export function craft({ a, i, r, j }: Craft, messageOf: (owner: Uint8Array) => Uint8Array): Crafted {
  const owner = pointOf(a, i).toBytes()
  const message = messageOf(owner)
  const bytes = pointOf(r, j).toBytes()
  const s = mod(r + challenge(bytes, owner, message) * a, L)
  return { owner, message, signature: concat([bytes, littleEndian(s)]) }
}

/**
 * With a key of mixed order, valid by one reading of the challenge alone: reduced by the order of the group before it multiplies, or not.
 */
export function craftMixed(
  reading: 'reduced' | 'unreduced',
  start: Omit<Craft, 'j'>,
  messageOf: (owner: Uint8Array) => Uint8Array,
): Crafted {
  for (let r = start.r; ; r++) {
    for (let j = 0n; j < 8n; j++) {
      const crafted = craft({ ...start, r, j }, messageOf)
      const k = challenge(crafted.signature.subarray(0, 32), crafted.owner, crafted.message)
      const fits = (k: bigint): boolean => mod(j + k * start.i, 8n) === 0n
      const [wanted, other] = reading === 'reduced' ? [mod(k, L), k] : [k, mod(k, L)]
      if (fits(wanted) && !fits(other)) return crafted
    }
  }
}

/** The same signature with S + L, which the equation takes as well. */
export function withLongS(signature: Uint8Array): Uint8Array {
  const s = fromLittleEndian(signature.subarray(32))
  return concat([signature.subarray(0, 32), littleEndian(s + L)])
}

export function challenge(r: Uint8Array, owner: Uint8Array, message: Uint8Array): bigint {
  return fromLittleEndian(sha512(concat([r, owner, message])))
}

export function pointOf(scalar: bigint, torsion: bigint): Point {
  return Point.BASE.multiplyUnsafe(mod(scalar, L)).add(TORSION.multiplyUnsafe(mod(torsion, 8n)))
}

export function littleEndian(value: bigint): Uint8Array {
  return fromString(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

export function mod(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by
}
