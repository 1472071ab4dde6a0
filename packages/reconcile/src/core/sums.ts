import { ID_WORDS } from './key.ts'

/**
 * Sums of ids while they are added up: eight lanes of doubles without carries. Each summand is below 2^32, so lanes are exact up to 2^21 of them;
 * one search adds at most a few hundred. 3 times as fast as carrying at every word.
 */
export type Lanes = Float64Array

export function newLanes(): Lanes {
  return new Float64Array(ID_WORDS)
}

/** Adds, or with `sign` -1 subtracts, `count` ids or sums that lie `stride` words apart. */
export function addToLanes(
  lanes: Lanes,
  words: Uint32Array,
  start: number,
  count: number,
  stride: number,
  sign: 1 | -1,
): void {
  let a = lanes[0]!
  let b = lanes[1]!
  let c = lanes[2]!
  let d = lanes[3]!
  let e = lanes[4]!
  let f = lanes[5]!
  let g = lanes[6]!
  let h = lanes[7]!
  const end = start + count * stride
  for (let at = start; at < end; at += stride) {
    a += sign * words[at]!
    b += sign * words[at + 1]!
    c += sign * words[at + 2]!
    d += sign * words[at + 3]!
    e += sign * words[at + 4]!
    f += sign * words[at + 5]!
    g += sign * words[at + 6]!
    h += sign * words[at + 7]!
  }
  lanes[0] = a
  lanes[1] = b
  lanes[2] = c
  lanes[3] = d
  lanes[4] = e
  lanes[5] = f
  lanes[6] = g
  lanes[7] = h
}

/** sum += id, mod 2^256. */
export function addWords(sum: Uint32Array, at: number, id: Uint32Array, idAt: number): void {
  let carry = 0
  for (let word = 0; word < ID_WORDS; word++) {
    const value = sum[at + word]! + id[idAt + word]! + carry
    sum[at + word] = value
    carry = value > 0xffffffff ? 1 : 0
  }
}

/** sum -= id, mod 2^256. */
export function subtractWords(sum: Uint32Array, at: number, id: Uint32Array, idAt: number): void {
  let borrow = 0
  for (let word = 0; word < ID_WORDS; word++) {
    const value = sum[at + word]! - id[idAt + word]! - borrow
    sum[at + word] = value
    borrow = value < 0 ? 1 : 0
  }
}

/** Carries out what lanes left open: their sum mod 2^256. */
export function carryLanes(lanes: Lanes, into: Uint32Array): void {
  let carry = 0
  for (let word = 0; word < ID_WORDS; word++) {
    const value = lanes[word]! + carry
    const low = value >>> 0
    into[word] = low
    carry = (value - low) / 0x1_0000_0000
  }
}
