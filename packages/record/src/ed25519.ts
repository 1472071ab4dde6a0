import { fromHex } from './hex.ts'

// What spec/records.md §5 asks of keys and signatures beyond the equation itself, by their bytes alone. Platforms disagree on what is
// refused here; on the rest they agree.

const POINT_BYTES = 32
/** Little endian, without the sign bit. */
const P = fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')
const L = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')
/** The y of the eight points whose order divides 8, each with both signs. */
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(fromHex)

/** Last bytes, without the sign bit, of which there is more to check: one point in 32. */
const SUSPECT = new Set([...SMALL_ORDER, P].map(y => y[POINT_BYTES - 1]))

/** Whether 32 bytes can be a point of large order in its one encoding. Whether they are on the curve is not looked at. */
export function isLargePoint(bytes: Uint8Array, start: number): boolean {
  const last = bytes[start + POINT_BYTES - 1]! & 0x7f
  if (!SUSPECT.has(last)) return true
  const y = bytes.slice(start, start + POINT_BYTES)
  y[POINT_BYTES - 1] = last
  return isBelow(y, 0, P) && !SMALL_ORDER.some(small => small.every((byte, at) => byte === y[at]))
}

/** Whether 32 bytes are a number below the order of the group. */
export function isScalar(bytes: Uint8Array, start: number): boolean {
  return isBelow(bytes, start, L)
}

/** Little endian. */
function isBelow(bytes: Uint8Array, start: number, limit: Uint8Array): boolean {
  for (let at = limit.length - 1; at >= 0; at--) {
    const byte = bytes[start + at]!
    if (byte !== limit[at]) return byte < limit[at]!
  }
  return false
}
