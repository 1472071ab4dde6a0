import { RecordError } from './errors.ts'

/** Bytes of the longest varint on this wire: 2^53 - 1. */
const MAX_VARINT_BYTES = 8

/**
 * Reads protobuf of which there is one encoding only: every field where it has to be, numbers as short as they can be. A number above
 * 2^53 - 1 reads as Infinity: it is another thing than bytes that are no number.
 */
export class StrictReader {
  readonly bytes: Uint8Array
  at: number
  end: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.at = 0
    this.end = bytes.byteLength
  }

  /** The next byte, a tag, without taking it; -1 at the end. */
  peek(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1
  }

  tag(tag: number, field: string): void {
    if (this.peek() !== tag) throw this.#malformed(`${field} expected (tag ${hex(tag)})`)
    this.at++
  }

  /** Takes tag and length; the field is from `at` to the offset returned, which the caller takes. */
  field(tag: number, field: string): number {
    this.tag(tag, field)
    const length = this.varint(field)
    if (length > this.end - this.at) throw this.#malformed(`${field} is cut off`)
    return this.at + length
  }

  varint(field: string): number {
    const { bytes, end } = this
    const start = this.at
    let value = 0
    let unit = 1
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!
      if (at - start === MAX_VARINT_BYTES) return this.#longVarint(start, field)
      value += (byte & 0x7f) * unit
      if (byte < 0x80) {
        if (byte === 0 && at > start) throw this.#malformed(`${field} is written longer than it need be`)
        this.at = at + 1
        return value > Number.MAX_SAFE_INTEGER ? Infinity : value
      }
      unit *= 128
    }
    throw this.#malformed(`${field} is cut off`)
  }

  done(what: string): void {
    if (this.at !== this.end) throw this.#malformed(`${what} goes on after its last field`)
  }

  /** Ten bytes at most, of which the tenth has one bit: what protobuf calls a number. */
  #longVarint(start: number, field: string): number {
    const { bytes, end } = this
    for (let at = start; at < end && at < start + 10; at++) {
      const byte = bytes[at]!
      if (byte >= 0x80) continue
      if (byte === 0 || (at === start + 9 && byte > 1)) break
      this.at = at + 1
      return Infinity
    }
    throw this.#malformed(`${field} is no number`)
  }

  #malformed(what: string): RecordError {
    const found = this.peek()
    return new RecordError(
      'malformed',
      `not a record: ${what} at byte ${this.at} of ${this.end}, found ${found < 0 ? 'the end' : hex(found)}`,
    )
  }
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
