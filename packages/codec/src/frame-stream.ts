import { BoundedStream } from './bounded-stream.ts'
import { FrameError } from './errors.ts'
import { FrameBatch } from './frame-batch.ts'
import { FrameDecoder } from './frame-decoder.ts'
import type { BoundedStreamInit } from './options.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

export interface FrameStreamInit extends BoundedStreamInit {
  /** Longest frame accepted and sent, in bytes. */
  maxFrameBytes: number
}

/**
 * Length-prefixed frames (spec/framing.md) over a bounded stream.
 *
 * Frames queued in one turn of the event loop leave in one piece: on one connection that is the difference between 30,000
 * and 280,000 small frames a second, because each call of libp2p's `send` costs a muxer frame, an encryption and a write.
 */
export class FrameStream implements AsyncDisposable {
  readonly stream: BoundedStream
  readonly maxFrameBytes: number
  readonly #decoder: FrameDecoder
  readonly #batch = new FrameBatch()
  #flushQueued = false
  #waitingForRoom = false

  constructor(stream: Stream | BoundedStream, init: FrameStreamInit) {
    this.stream = stream instanceof BoundedStream ? stream : new BoundedStream(stream, init)
    this.maxFrameBytes = init.maxFrameBytes
    this.#decoder = new FrameDecoder(init.maxFrameBytes)
  }

  get protocol(): string {
    return this.stream.protocol
  }

  /** Bytes of frames that were queued and did not leave yet. */
  get unsentBytes(): number {
    return this.#batch.byteLength + this.stream.unsentBytes
  }

  /**
   * The next frame, or undefined when the peer ended the stream between frames. The bytes are a view: copy what outlives the next read.
   * @throws {FrameError} when the peer breaks framing; {StreamError} when the stream breaks; the signal's reason when it aborts.
   */
  async read(options: AbortOptions = {}): Promise<Uint8Array | undefined> {
    for (;;) {
      const frame = this.#decoder.next()
      if (frame !== undefined) return frame
      if (!(await this.more(options))) return undefined
    }
  }

  /** A frame that has already arrived, without waiting. Together with `more` this reads many frames for one wait. */
  next(): Uint8Array | undefined {
    return this.#decoder.next()
  }

  /** False while a frame has begun to arrive and is not whole. */
  get isAtBoundary(): boolean {
    return this.#decoder.isAtBoundary
  }

  /** Waits for more bytes; false at a clean end. @throws as `read` does. */
  async more(options: AbortOptions = {}): Promise<boolean> {
    const chunk = await this.stream.read(options)
    if (chunk !== undefined) {
      this.#decoder.append(chunk)
      return true
    }
    if (!this.#decoder.isAtBoundary) throw new FrameError('truncated', 'stream ended inside a frame')
    return false
  }

  /**
   * Queues a frame of `header ‖ payload`, to leave with all others of this turn. Small parts are copied, large ones (≥ 16 KiB) are not:
   * do not change them afterwards. Returns false when the caller should wait for `room()`.
   * @throws {FrameError} `too-large`; {StreamError} when the stream is closed or broken.
   */
  enqueue(payload: Uint8Array, header?: Uint8Array): boolean {
    const length = payload.byteLength + (header?.byteLength ?? 0)
    if (length > this.maxFrameBytes) {
      throw new FrameError(
        'too-large',
        `frame of ${length.toLocaleString('en')} bytes, the limit is ${this.maxFrameBytes.toLocaleString('en')}`,
      )
    }
    this.stream.assertWritable()
    this.#batch.add(length, payload, header)
    if (!this.#flushQueued && !this.#waitingForRoom) {
      this.#flushQueued = true
      // a microtask runs after those that are already queued: the answers of all requests that arrived together share one flush
      queueMicrotask(this.#flush)
    }
    return this.hasRoom
  }

  get hasRoom(): boolean {
    return !this.#waitingForRoom && this.#batch.byteLength < MAX_BATCH_BYTES
  }

  /** Resolves when more frames may be queued. @throws as `BoundedStream.write` does. */
  async room(options: AbortOptions = {}): Promise<void> {
    while (!this.hasRoom) {
      if (this.#flushQueued) this.#flush()
      if (this.hasRoom) return
      await this.stream.room(options)
      // #drain runs on the same event; what it has not flushed yet keeps the batch full
      await Promise.resolve()
    }
  }

  /** Queues a frame and waits while the peer is not reading. */
  async write(frame: Uint8Array, options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    if (!this.enqueue(frame)) await this.room(options)
  }

  /** Sends what is queued and ends the writable side. @throws as `BoundedStream.closeWrite` does. */
  async closeWrite(options: AbortOptions = {}): Promise<void> {
    this.#handOver()
    await this.stream.closeWrite(options)
  }

  /** Sends what is queued and ends both sides, within `closeTimeoutMs`. */
  async close(options: AbortOptions = {}): Promise<void> {
    this.#handOver()
    await this.stream.close(options)
  }

  abort(error: Error): void {
    this.#batch.clear()
    this.stream.abort(error)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let frame = await this.read(); frame !== undefined; frame = await this.read()) yield frame
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Gives what is queued to the stream below, which waits for it before it ends its side. */
  #handOver(): void {
    if (this.#batch.byteLength === 0) return
    // when it fails the stream is broken, and whoever closes it is told
    this.stream.write(this.#batch.take()).catch(() => {})
  }

  readonly #flush = (): void => {
    this.#flushQueued = false
    if (this.#batch.byteLength === 0) return
    if (!this.stream.isOpen) {
      this.#batch.clear()
      return
    }
    if (this.stream.hasRoom) {
      try {
        if (this.stream.send(this.#batch.take())) return
      } catch {
        // whoever reads or waits on the stream is told; there is nobody to tell here
        this.#batch.clear()
        return
      }
    }
    void this.#drain()
  }

  async #drain(): Promise<void> {
    if (this.#waitingForRoom) return
    this.#waitingForRoom = true
    try {
      await this.stream.room()
    } catch {
      this.#batch.clear()
    } finally {
      this.#waitingForRoom = false
    }
    this.#flush()
  }
}

/** What may gather while the stream below has no room, in bytes. With the muxer's own buffer this bounds a sender whose peer does not read. */
const MAX_BATCH_BYTES = 262_144

/** Frames over a raw libp2p stream (which must not be used afterwards) or over a bounded one. */
export function frameStream(stream: Stream | BoundedStream, init: FrameStreamInit): FrameStream {
  return new FrameStream(stream, init)
}
