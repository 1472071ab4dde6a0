import { RejectionError } from '../rejection.ts'
import type { RejectionCode } from '../rejection.ts'

/** Reads protobuf of which there is one encoding only: fields where they must be, numbers up to 2^53 - 1 and as short as they can be. */
export class StrictReader {
  readonly #bytes: Uint8Array
  readonly #code: RejectionCode
  #at = 0

  constructor(bytes: Uint8Array, code: RejectionCode) {
    this.#bytes = bytes
    this.#code = code
  }

  get at(): number {
    return this.#at
  }

  /** Whether the next field has this tag. */
  is(tag: number): boolean {
    return this.#bytes[this.#at] === tag
  }

  /** A view. */
  bytes(tag: number, field: string, length?: number): Uint8Array {
    const found = this.number(tag, field)
    if (length !== undefined && found !== length) throw this.wrong(`${field} has ${found} bytes, not ${length}`)
    const end = this.#at + found
    if (end > this.#bytes.length) throw this.wrong(`${field} is cut off`)
    const view = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return view
  }

  number(tag: number, field: string): number {
    if (!this.is(tag)) throw this.wrong(`${field} is missing`)
    this.#at++
    let value = 0
    let unit = 1
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw this.wrong(`${field} is cut off`)
      value += (byte & 0x7f) * unit
      if (value > Number.MAX_SAFE_INTEGER) throw this.wrong(`${field} is above 2^53 - 1`)
      this.#at++
      if (byte < 0x80) {
        if (byte === 0 && unit > 1) throw this.wrong(`${field} is written longer than it need be`)
        return value
      }
      unit *= 128
      // a number of zeros only would go on for ever
      if (unit > Number.MAX_SAFE_INTEGER) throw this.wrong(`${field} is written longer than it need be`)
    }
  }

  done(what: string): void {
    if (this.#at !== this.#bytes.length) throw this.wrong(`${what} goes on after its last field`)
  }

  wrong(what: string): RejectionError {
    return new RejectionError(this.#code, `${what}, at byte ${this.#at} of ${this.#bytes.length}`)
  }
}
