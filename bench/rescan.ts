import { hash } from 'node:crypto'

// The same protocol as @stoa/reconcile, byte for byte, done in the straightforward way: a sorted array, and every fingerprint adds up its range.
// Timestamps are numbers, frames have no limit, and a peer is trusted. SHA-256 is called as ours is, so that what differs is the scanning.

export interface Entry {
  timestamp: number
  id: Uint8Array
}

interface Bound {
  timestamp: number
  prefix: Uint8Array
}

const VERSION = 0x61
const SKIP = 0
const FINGERPRINT = 1
const ID_LIST = 2
const BUCKETS = 16
const END: Bound = { timestamp: Infinity, prefix: new Uint8Array() }

export class Rescan {
  readonly #items: Entry[]
  #out: number[] = []
  #lastOut = 0
  readonly have: Uint8Array[] = []
  readonly need: Uint8Array[] = []

  /** @param items sorted by timestamp, then id */
  constructor(items: Entry[]) {
    this.#items = items
  }

  open(): Uint8Array {
    this.#begin()
    this.#split(0, this.#items.length, END)
    return Uint8Array.from(this.#out)
  }

  respond(message: Uint8Array): Uint8Array {
    return this.#answer(message, false)
  }

  next(message: Uint8Array): Uint8Array | undefined {
    const answer = this.#answer(message, true)
    return answer.length === 1 ? undefined : answer
  }

  #answer(message: Uint8Array, isInitiator: boolean): Uint8Array {
    this.#begin()
    let at = 1
    let lastIn = 0
    let lower = 0
    let previous: Bound = { timestamp: 0, prefix: new Uint8Array() }
    let isSkipping = false
    const varint = (): number => {
      let value = 0
      for (;;) {
        const byte = message[at++]!
        value = value * 128 + (byte & 127)
        if (byte < 128) return value
      }
    }
    const take = (length: number): Uint8Array => message.subarray(at, (at += length))
    const endSkip = (): void => {
      if (isSkipping) this.#range(previous, SKIP)
      isSkipping = false
    }
    while (at < message.length) {
      const delta = varint()
      const timestamp = delta === 0 ? Infinity : (lastIn += delta - 1)
      const bound = { timestamp, prefix: take(varint()) }
      const mode = varint()
      const upper = this.#lowerBound(bound)
      if (mode === SKIP) isSkipping = true
      else if (mode === FINGERPRINT) {
        if (Buffer.compare(take(16), this.#fingerprint(lower, upper)) === 0) isSkipping = true
        else {
          endSkip()
          this.#split(lower, upper, bound)
        }
      } else {
        const theirs = new Map(Array.from({ length: varint() }, () => take(32)).map(id => [text(id), id]))
        if (isInitiator) {
          isSkipping = true
          for (let index = lower; index < upper; index++)
            if (!theirs.delete(text(this.#items[index]!.id))) this.have.push(this.#items[index]!.id)
          this.need.push(...theirs.values())
        } else {
          endSkip()
          this.#list(lower, upper, bound)
        }
      }
      lower = upper
      previous = bound
    }
    return Uint8Array.from(this.#out)
  }

  #begin(): void {
    this.#out = [VERSION]
    this.#lastOut = 0
  }

  #split(lower: number, upper: number, bound: Bound): void {
    const count = upper - lower
    if (count < BUCKETS * 2) {
      this.#list(lower, upper, bound)
      return
    }
    let from = lower
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const to = from + Math.floor(count / BUCKETS) + (bucket < count % BUCKETS ? 1 : 0)
      this.#range(to === upper ? bound : separator(this.#items[to - 1]!, this.#items[to]!), FINGERPRINT)
      this.#out.push(...this.#fingerprint(from, to))
      from = to
    }
  }

  #list(lower: number, upper: number, bound: Bound): void {
    this.#range(bound, ID_LIST)
    this.#varint(upper - lower)
    for (let index = lower; index < upper; index++) this.#out.push(...this.#items[index]!.id)
  }

  #range({ timestamp, prefix }: Bound, mode: number): void {
    if (timestamp === Infinity) this.#varint(0)
    else {
      this.#varint(timestamp - this.#lastOut + 1)
      this.#lastOut = timestamp
    }
    this.#varint(prefix.length)
    this.#out.push(...prefix)
    this.#varint(mode)
  }

  #varint(value: number): void {
    this.#out.push(...varintOf(value))
  }

  #fingerprint(lower: number, upper: number): Uint8Array {
    const sum = new Uint32Array(8)
    for (let index = lower; index < upper; index++) {
      const { id } = this.#items[index]!
      let carry = 0
      for (let word = 0; word < 8; word++) {
        const at = word * 4
        const value =
          sum[word]! + ((id[at]! | (id[at + 1]! << 8) | (id[at + 2]! << 16) | (id[at + 3]! << 24)) >>> 0) + carry
        sum[word] = value
        carry = value > 0xffff_ffff ? 1 : 0
      }
    }
    const digest = hash('sha256', Uint8Array.of(...new Uint8Array(sum.buffer), ...varintOf(upper - lower)), 'latin1')
    return Uint8Array.from({ length: 16 }, (_, index) => digest.charCodeAt(index))
  }

  #lowerBound({ timestamp, prefix }: Bound): number {
    const bound = { timestamp, id: new Uint8Array(32) }
    bound.id.set(prefix)
    let from = 0
    let to = this.#items.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if (compareEntries(this.#items[middle]!, bound) < 0) from = middle + 1
      else to = middle
    }
    return from
  }
}

export function compareEntries(a: Entry, b: Entry): number {
  return a.timestamp === b.timestamp ? Buffer.compare(a.id, b.id) : a.timestamp - b.timestamp
}

function separator(before: Entry, after: Entry): Bound {
  if (before.timestamp !== after.timestamp) return { timestamp: after.timestamp, prefix: new Uint8Array() }
  let shared = 0
  while (before.id[shared] === after.id[shared]) shared++
  return { timestamp: after.timestamp, prefix: after.id.subarray(0, shared + 1) }
}

function varintOf(value: number): number[] {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 128)
  return digits
}

function text(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1')
}
