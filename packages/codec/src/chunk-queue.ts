import { Uint8ArrayList } from 'uint8arraylist'

/** Chunks below this size are copied together: as views of their own, of some 200 bytes, 1-byte chunks would cost a hundred times their bytes. */
const SMALL_CHUNK_BYTES = 1_024
/** A chunk is a view into what the connection read at once, and keeps all of it in memory: one that uses less than a quarter is copied. */
const MOST_PINNED_PER_BYTE = 4
/** The buffers that small chunks are copied to double up to this size, so that a stream with one unread byte does not hold 16 KiB. */
const FIRST_TAIL_BYTES = 64
const MOST_TAIL_BYTES = 16_384

/** Bytes that arrived and were not read yet. What it holds in memory stays in proportion to `byteLength`, however small the chunks. */
export class ChunkQueue {
  #chunks: Uint8Array[] = []
  #tail: Uint8Array | undefined
  #tailUsed = 0
  byteLength = 0

  push(chunk: Uint8Array): void {
    this.byteLength += chunk.byteLength
    if (chunk.byteLength >= SMALL_CHUNK_BYTES) {
      this.#closeTail()
      const pinsMuch = chunk.byteLength * MOST_PINNED_PER_BYTE < chunk.buffer.byteLength
      this.#chunks.push(pinsMuch ? new Uint8Array(chunk) : chunk)
      return
    }
    if (this.#tail === undefined || this.#tail.byteLength - this.#tailUsed < chunk.byteLength) {
      this.#closeTail()
      const wanted = Math.min(MOST_TAIL_BYTES, Math.max(FIRST_TAIL_BYTES, this.byteLength))
      this.#tail = new Uint8Array(Math.max(chunk.byteLength, wanted))
    }
    this.#tail.set(chunk, this.#tailUsed)
    this.#tailUsed += chunk.byteLength
  }

  /** Everything, and empties the queue. */
  take(): Uint8ArrayList {
    this.#closeTail()
    const list = new Uint8ArrayList()
    list.appendAll(this.#chunks)
    this.clear()
    return list
  }

  clear(): void {
    this.#chunks = []
    this.#tail = undefined
    this.#tailUsed = 0
    this.byteLength = 0
  }

  #closeTail(): void {
    if (this.#tail === undefined) return
    this.#chunks.push(this.#tail.subarray(0, this.#tailUsed))
    this.#tail = undefined
    this.#tailUsed = 0
  }
}
