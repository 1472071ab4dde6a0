import type { UncheckedRecord, VerifiedRecord } from './record.ts'

// spec/records.md §7

/**
 * The order of the versions of one key, the same on every node: higher `seq`, then removal over body, then the higher id.
 * @returns below 0 when b replaces a, above 0 when a replaces b, 0 when they are the same bytes
 */
export function compareRecords(a: UncheckedRecord, b: UncheckedRecord): number {
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1
  if (a.removed !== b.removed) return a.removed ? 1 : -1
  return compareBytes(a.id, b.id)
}

/**
 * The version to keep of one key. Commutative, associative and idempotent: a join.
 * @throws {TypeError} when they are not of one key
 */
export function mergeRecords(held: VerifiedRecord | undefined, arrived: VerifiedRecord): VerifiedRecord {
  if (held === undefined) return arrived
  if (compareBytes(held.key, arrived.key) !== 0) throw new TypeError('records of two keys do not replace each other')
  return compareRecords(held, arrived) < 0 ? arrived : held
}

/** Of equal lengths. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!
  return 0
}
