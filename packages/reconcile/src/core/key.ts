/**
 * An item as the tree orders it: ten words in a Uint32Array. The timestamp first, its high half before its low one, so that u64 needs no BigInt; then the
 * id as eight little-endian words, as the fingerprint adds them.
 */
export const KEY_WORDS = 10
/** Where the id begins. */
export const ID_WORD = 2
export const ID_WORDS = 8
export const ID_BYTES = 32

export type Key = Uint32Array

export function newKey(): Key {
  return new Uint32Array(KEY_WORDS)
}

export function copyKey(from: Uint32Array, at: number, into: Key): void {
  for (let word = 0; word < KEY_WORDS; word++) into[word] = from[at + word]!
}

/** By timestamp, then by the bytes of the id. */
export function compareKeys(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  const highs = a[aAt]! - b[bAt]!
  if (highs !== 0) return highs
  const lows = a[aAt + 1]! - b[bAt + 1]!
  return lows === 0 ? compareIds(a, aAt + ID_WORD, b, bAt + ID_WORD) : lows
}

/** By bytes: of the first words that differ, the lowest byte counts most. */
export function compareIds(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  for (let word = 0; word < ID_WORDS; word++) {
    const left = a[aAt + word]!
    const right = b[bAt + word]!
    if (left !== right) return swapped(left) < swapped(right) ? -1 : 1
  }
  return 0
}

function swapped(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0
}

/** `bytes` from `start` to `end`, at most 32 of them, as an id; what is missing is zero. */
export function writeId(words: Uint32Array, at: number, bytes: Uint8Array, start: number, end: number): void {
  if (end - start === ID_BYTES) {
    for (let word = 0, from = start; word < ID_WORDS; word++, from += 4)
      words[at + word] = bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24)
    return
  }
  words.fill(0, at, at + ID_WORDS)
  for (let index = 0; start + index < end; index++)
    words[at + (index >>> 2)]! |= bytes[start + index]! << ((index & 3) << 3)
}

/** The first `length` bytes of an id. */
export function readId(words: Uint32Array, at: number, into: Uint8Array, start: number, length: number): void {
  if (length === ID_BYTES) {
    for (let word = 0, to = start; word < ID_WORDS; word++, to += 4) {
      const value = words[at + word]!
      into[to] = value
      into[to + 1] = value >>> 8
      into[to + 2] = value >>> 16
      into[to + 3] = value >>> 24
    }
    return
  }
  for (let index = 0; index < length; index++) into[start + index] = words[at + (index >>> 2)]! >>> ((index & 3) << 3)
}
