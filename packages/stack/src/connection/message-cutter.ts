import { isReleasable, release } from './release.ts'
import type { Bytes } from './shapes.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

const LENGTH_BYTES = 2

/**
 * Cuts noise messages (two bytes of length, then the body) out of what comes from the connection below. The decoder of
 * the class learns that there is no further message from a RangeError it throws and catches: 13 % of a small request.
 *
 * It holds at most one incomplete message, 65,537 bytes.
 */
export class MessageCutter {
  /** Handed over by the decoder that was there before, with the beginning of a message it may hold. */
  readonly buffer: Uint8ArrayList
  readonly #ownsChunks: () => boolean
  readonly #spent: SpentChunks

  /** @param ownsChunks - whether nobody else looks at the chunks, and what is made of a message lies in other memory */
  constructor(buffer: Uint8ArrayList, ownsChunks: () => boolean) {
    this.buffer = buffer
    this.#ownsChunks = ownsChunks
    this.#spent = new SpentChunks(buffer.byteLength)
  }

  /** A message is to be used before the next one is taken. */
  *decode(data: Bytes): Generator<Bytes> {
    const { buffer } = this
    buffer.append(data)
    this.#spent.add(data, this.#ownsChunks())
    while (buffer.byteLength >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + ((buffer.get(0) << 8) | buffer.get(1))
      if (buffer.byteLength < end) break
      const message = buffer.sublist(LENGTH_BYTES, end)
      buffer.consume(end)
      if (message.byteLength > 0) yield message
    }
    this.#spent.releaseBut(buffer.byteLength)
  }
}

/** Chunks in the order they came, each with how many bytes had come at its end. */
class SpentChunks {
  #arrived: number
  #chunks: Array<{ chunk: Uint8Array; end: number }> = []

  constructor(arrived: number) {
    this.#arrived = arrived
  }

  add(data: Bytes, isOwned: boolean): void {
    for (const chunk of data instanceof Uint8Array ? [data] : data) {
      this.#arrived += chunk.byteLength
      if (isOwned && isReleasable(chunk)) this.#chunks.push({ chunk, end: this.#arrived })
    }
  }

  /** Releases all but those with any of the last `unread` bytes. */
  releaseBut(unread: number): void {
    while (this.#chunks.length > 0 && this.#chunks[0]!.end <= this.#arrived - unread) {
      release(this.#chunks.shift()!.chunk)
    }
  }
}
