import { FrameError } from './errors.ts'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { FrameErrorCode } from './errors.ts'

/** spec/framing.md §2: a length prefix is at most 4 bytes, so no frame is longer than 2^28 - 1 bytes. */
export const MAX_PREFIX_BYTES = 4
/** The longest frame that a 4-byte prefix can announce. */
export const MAX_FRAME_BYTES = 2 ** 28 - 1

const EMPTY = new Uint8Array(0)

/**
 * Cuts a byte stream into length-prefixed frames (unsigned varint ‖ bytes), one at a time and on demand: a chunk of a million
 * empty frames never becomes a million objects.
 *
 * Nothing is allocated for a length that was only announced. A frame that lies inside one chunk is returned as a view of it, valid
 * until its reader lets go of it; one that spans chunks is gathered in a buffer that doubles as bytes arrive, up to its length.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number
  #chunks: Uint8Array[] = []
  #nextChunkAt = 0
  #chunk: Uint8Array = EMPTY
  #offset = 0

  #partial: Uint8Array | undefined
  #have = 0
  #need = 0
  #prefix = 0
  #prefixBytes = 0
  #failure: FrameError | undefined

  constructor(maxFrameBytes: number) {
    if (!Number.isInteger(maxFrameBytes) || maxFrameBytes < 1 || maxFrameBytes > MAX_FRAME_BYTES) {
      throw new RangeError(`maxFrameBytes is ${maxFrameBytes}, it takes an integer from 1 to ${MAX_FRAME_BYTES}`)
    }
    this.#maxFrameBytes = maxFrameBytes
  }

  /** True between frames. A stream that ends anywhere else was `truncated`. */
  get isAtBoundary(): boolean {
    return (
      this.#partial === undefined &&
      this.#prefixBytes === 0 &&
      this.#offset === this.#chunk.length &&
      this.#nextChunkAt === this.#chunks.length
    )
  }

  append(chunk: Uint8Array | Uint8ArrayList): void {
    if (chunk instanceof Uint8Array) this.#append(chunk)
    else for (const part of chunk) this.#append(part)
  }

  /**
   * The next whole frame, or undefined when more bytes are needed.
   * @throws {FrameError} `too-large` or `malformed`, and from then on for ever: where the next frame would begin is not known.
   */
  next(): Uint8Array | undefined {
    if (this.#failure !== undefined) throw this.#failure
    for (;;) {
      if (this.#offset === this.#chunk.length && !this.#nextChunk()) return undefined
      if (this.#partial === undefined) {
        if (!this.#readPrefix()) continue
        const end = this.#offset + this.#need
        if (end <= this.#chunk.length) {
          const frame = this.#chunk.subarray(this.#offset, end)
          this.#offset = end
          return frame
        }
        this.#partial = EMPTY
        this.#have = 0
        if (this.#offset === this.#chunk.length) continue
      }
      if (this.#gather()) {
        const frame = this.#partial
        this.#partial = undefined
        return frame
      }
    }
  }

  #append(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return
    // frames are plain Uint8Arrays: of a Node Buffer `frame.slice()` would be one more view, and not the copy that it looks like
    const isPlain = chunk.constructor === Uint8Array
    this.#chunks.push(isPlain ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }

  #nextChunk(): boolean {
    this.#offset = 0
    if (this.#nextChunkAt === this.#chunks.length) {
      this.#chunk = EMPTY
      this.#chunks = []
      this.#nextChunkAt = 0
      return false
    }
    this.#chunk = this.#chunks[this.#nextChunkAt]!
    // let go of at once, it may be the last reference to a large buffer
    this.#chunks[this.#nextChunkAt++] = EMPTY
    return true
  }

  /** True when the prefix is complete: `#need` holds the length. */
  #readPrefix(): boolean {
    while (this.#offset < this.#chunk.length) {
      const byte = this.#chunk[this.#offset++]!
      this.#prefix |= (byte & 0x7f) << (7 * this.#prefixBytes)
      this.#prefixBytes++
      if (byte < 0x80) {
        if (byte === 0 && this.#prefixBytes > 1) throw this.#fail('malformed', 'frame length is not a minimal varint')
        if (this.#prefix > this.#maxFrameBytes) {
          throw this.#fail(
            'too-large',
            `frame of ${this.#prefix.toLocaleString('en')} bytes, the limit is ${this.#maxFrameBytes.toLocaleString('en')}`,
          )
        }
        this.#need = this.#prefix
        this.#prefix = 0
        this.#prefixBytes = 0
        return true
      }
      if (this.#prefixBytes === MAX_PREFIX_BYTES)
        throw this.#fail('malformed', `frame length is longer than ${MAX_PREFIX_BYTES} bytes`)
    }
    return false
  }

  #fail(code: FrameErrorCode, message: string): FrameError {
    this.#failure = new FrameError(code, message)
    return this.#failure
  }

  /** Copies what the chunk has into the partial frame; true when the frame is whole. */
  #gather(): boolean {
    const take = Math.min(this.#need - this.#have, this.#chunk.length - this.#offset)
    const wanted = this.#have + take
    let partial = this.#partial!
    if (wanted > partial.length) {
      partial = new Uint8Array(Math.min(this.#need, Math.max(wanted, 2 * partial.length)))
      partial.set(this.#partial!.subarray(0, this.#have))
      this.#partial = partial
    }
    partial.set(this.#chunk.subarray(this.#offset, this.#offset + take), this.#have)
    this.#have = wanted
    this.#offset += take
    return this.#have === this.#need
  }
}
