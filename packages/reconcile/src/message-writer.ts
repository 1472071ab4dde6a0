import { ID_BYTES, ID_WORD, readId } from './core/key.ts'
import { isInfinite } from './item.ts'
import { PROTOCOL_VERSION } from './message.ts'
import { encodeVarint, varintLength } from './varint.ts'
import type { WireBound } from './message.ts'

/** A first message has up to 16 fingerprints or 31 ids, and most have little more. */
const INITIAL_BYTES = 1_024

export class MessageWriter {
  #bytes = new Uint8Array(INITIAL_BYTES)
  #length = 0
  /** The timestamp of the last bound, of which the next one is the difference. */
  #lastHigh = 0
  #lastLow = 0

  constructor() {
    this.#bytes[0] = PROTOCOL_VERSION
    this.#length = 1
  }

  get length(): number {
    return this.#length
  }

  /** Takes back everything from `length`. Only the end may be written as a bound after that: the timestamp is not taken back. */
  truncate(length: number): void {
    this.#length = length
  }

  writeBound({ key, idLength }: WireBound): void {
    if (isInfinite(key, 0)) this.writeVarint(0, 0)
    else {
      const low = key[1]! - this.#lastLow
      const high = key[0]! - this.#lastHigh - (low < 0 ? 1 : 0)
      // 1 more than the difference: 0 is the end
      const next = (low >>> 0) + 1
      this.writeVarint(next > 0xffff_ffff ? high + 1 : high, next >>> 0)
      this.#lastHigh = key[0]!
      this.#lastLow = key[1]!
    }
    this.writeVarint(0, idLength)
    const at = this.reserve(idLength)
    readId(key, ID_WORD, this.#bytes, at, idLength)
  }

  writeVarint(high: number, low: number): void {
    const length = varintLength(high, low)
    const at = this.reserve(length)
    encodeVarint(high, low, this.#bytes, at, length)
  }

  writeId(words: Uint32Array, at: number): void {
    const to = this.reserve(ID_BYTES)
    readId(words, at + ID_WORD, this.#bytes, to, ID_BYTES)
  }

  /** The buffer as it is now: the next write may replace it. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** @returns where the `count` bytes begin */
  reserve(count: number): number {
    const at = this.#length
    const length = at + count
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
    }
    this.#length = length
    return at
  }

  /** A copy of its own, of the length it needs. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}
