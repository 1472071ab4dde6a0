import { ID_BYTES, ID_WORD, newKey, readId, writeId } from './core/key.ts'
import { ReconcileError } from './errors.ts'
import type { Key } from './core/key.ts'

/** What the set is made of. */
export interface Item {
  /** A number up to 2^53 - 1, above that a bigint up to 2^64 - 2. */
  timestamp: number | bigint
  /** 32 bytes */
  id: Uint8Array
}

/** A place in the order of items: before all items that are not below it. */
export interface Bound {
  /** Whole, from 0 to 2^64 - 1; `Infinity` or 2^64 - 1 is the end. */
  timestamp: number | bigint
  /** The first bytes of an id, up to 32; what is missing is zero. */
  id?: Uint8Array
}

const HIGH = 0x1_0000_0000
const MAX_WORD = 0xffff_ffff

export function writeItem(timestamp: number | bigint, id: Uint8Array, into: Key): void {
  writeTimestamp(timestamp, into)
  if (isInfinite(into, 0)) throw new ReconcileError('bad-item', 'timestamp is 2^64 - 1, which stands for the end')
  if (id.length !== ID_BYTES) throw new ReconcileError('bad-item', `id has ${id.length} bytes, it takes ${ID_BYTES}`)
  writeId(into, ID_WORD, id, 0, ID_BYTES)
}

export function writeBound({ timestamp, id }: Bound, into: Key): void {
  if (timestamp === Infinity) into.fill(MAX_WORD, 0, ID_WORD)
  else writeTimestamp(timestamp, into)
  if (id === undefined) into.fill(0, ID_WORD)
  else if (id.length > ID_BYTES)
    throw new ReconcileError('bad-item', `id of a bound has ${id.length} bytes, it takes up to ${ID_BYTES}`)
  else writeId(into, ID_WORD, id, 0, id.length)
}

function writeTimestamp(timestamp: number | bigint, into: Key): void {
  if (typeof timestamp === 'number') {
    if (!Number.isSafeInteger(timestamp) || timestamp < 0)
      throw new ReconcileError('bad-item', `timestamp is ${timestamp}, it takes whole numbers from 0 to 2^53 - 1`)
    into[0] = timestamp / HIGH
    into[1] = timestamp
  } else {
    if (timestamp < 0n || timestamp >> 64n !== 0n)
      throw new ReconcileError('bad-item', `timestamp is ${timestamp}, it takes up to 2^64 - 1`)
    into[0] = Number(timestamp >> 32n)
    into[1] = Number(timestamp & 0xffff_ffffn)
  }
}

export function isInfinite(words: Uint32Array, at: number): boolean {
  return words[at] === MAX_WORD && words[at + 1] === MAX_WORD
}

export function itemAt(words: Uint32Array, at: number): Item {
  const high = words[at]!
  const low = words[at + 1]!
  return {
    timestamp: high < 0x20_0000 ? high * HIGH + low : (BigInt(high) << 32n) | BigInt(low),
    id: idAt(words, at + ID_WORD),
  }
}

/** A copy of the id that begins at `at`. */
export function idAt(words: Uint32Array, at: number): Uint8Array {
  const id = new Uint8Array(ID_BYTES)
  readId(words, at, id, 0, ID_BYTES)
  return id
}

export function infiniteKey(): Key {
  return newKey().fill(MAX_WORD, 0, ID_WORD)
}
