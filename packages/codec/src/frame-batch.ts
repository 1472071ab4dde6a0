import { Uint8ArrayList } from 'uint8arraylist'

/** Parts from this size are passed on as they are; below it a copy is cheaper than one more part for every layer underneath. */
const COPY_BELOW_BYTES = 16_384
const FIRST_BYTES = 1_024
const EMPTY = new Uint8Array(0)
const MOST_BYTES = 65_536

/** Frames waiting to leave in one piece: small ones are written one behind the other into one buffer, large ones are kept as they are. */
export class FrameBatch {
  #parts: Uint8Array[] = []
  // made with the first frame: a stream that a stranger opened may never need it
  #buffer: Uint8Array = EMPTY
  #start = 0
  #end = 0
  #last = FIRST_BYTES
  byteLength = 0

  /** Adds `varint(length) ‖ header ‖ payload`; `length` is that of header and payload together. */
  add(length: number, payload: Uint8Array, header: Uint8Array | undefined): void {
    const headerBytes = header?.byteLength ?? 0
    const inline = payload.byteLength < COPY_BELOW_BYTES
    this.#reserve(5 + headerBytes + (inline ? payload.byteLength : 0))
    const before = this.#end
    this.#varint(length)
    if (header !== undefined) {
      this.#buffer.set(header, this.#end)
      this.#end += headerBytes
    }
    if (inline) {
      this.#buffer.set(payload, this.#end)
      this.#end += payload.byteLength
      this.byteLength += this.#end - before
    } else {
      this.byteLength += this.#end - before + payload.byteLength
      this.#cut()
      this.#parts.push(payload)
    }
  }

  /** All frames, and starts anew. */
  take(): Uint8Array | Uint8ArrayList {
    this.#last = this.byteLength
    this.#cut()
    const parts = this.#parts
    this.#parts = []
    this.byteLength = 0
    if (parts.length === 1) return parts[0]!
    const list = new Uint8ArrayList()
    list.appendAll(parts)
    return list
  }

  clear(): void {
    this.#parts = []
    this.#start = this.#end
    this.byteLength = 0
  }

  #varint(value: number): void {
    while (value >= 0x80) {
      this.#buffer[this.#end++] = (value & 0x7f) | 0x80
      value >>>= 7
    }
    this.#buffer[this.#end++] = value
  }

  #reserve(bytes: number): void {
    if (this.#buffer.byteLength - this.#end >= bytes) return
    this.#cut()
    // as large as the last batch was: a busy stream fills one buffer a turn, a quiet one does not allocate 64 KiB for 100 bytes
    const wanted = Math.min(MOST_BYTES, Math.max(FIRST_BYTES, 2 * this.#last))
    this.#buffer = new Uint8Array(Math.max(bytes, wanted))
    this.#start = this.#end = 0
  }

  #cut(): void {
    if (this.#end > this.#start) this.#parts.push(this.#buffer.subarray(this.#start, this.#end))
    this.#start = this.#end
  }
}
