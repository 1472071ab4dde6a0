import { Uint8ArrayList } from 'uint8arraylist'
import { ChunkQueue } from './chunk-queue.ts'
import { StreamError } from './errors.ts'
import type { AbortOptions, Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'

export interface BoundedStreamInit {
  /**
   * Above this many unread bytes the peer is told to stop, in bytes. It may still send what its window allows (yamux: 256 KiB at first,
   * `maxStreamWindowSize` at most), so a stream that nobody reads holds at most this and one window. Default 256 KiB.
   */
  pauseAtBytes?: number
  /** A peer that sends more than this without being read is cut off, in bytes. Default 4 MiB; keep the muxer's window below. */
  maxUnreadBytes?: number
  /** Above this many unsent bytes `write` waits, in bytes. Default 1 MiB. */
  maxUnsentBytes?: number
  /** How long `close` waits for the peer to end its side before it aborts, in ms. Default 5 s. */
  closeTimeoutMs?: number
}

export const BOUNDED_STREAM_DEFAULTS = {
  pauseAtBytes: 262_144,
  maxUnreadBytes: 4_194_304,
  maxUnsentBytes: 1_048_576,
  closeTimeoutMs: 5_000,
} as const satisfies Required<BoundedStreamInit>

/** One call of libp2p's `send` takes no more than this, in bytes: the noise and yamux layers copy what they get. */
const SEND_BYTES = 262_144

/**
 * libp2p's streams can pause a peer through the muxer while data goes on being delivered here. `stream.pause()` instead gathers it inside
 * the stream as one object per muxer frame (1-byte frames then cost a hundred times their bytes), and is undone when it is called
 * during the flush of a `resume()`.
 */
interface FlowControl {
  sendPause?: () => void
  sendResume?: () => void
}

/**
 * A libp2p 3 stream with backpressure both ways and one bound on its memory. Nothing else in Stoa touches a raw stream.
 *
 * What it mends, each found by measurement (docs/decisions/0002-bounded-streams.md): `for await` over a raw stream has no read
 * backpressure; `onDrain()` resolves once and for ever; `pause()` is undone inside a flush; the write buffer has no bound.
 */
export class BoundedStream implements AsyncDisposable {
  readonly #stream: Stream & FlowControl
  readonly #init: Required<BoundedStreamInit>
  readonly #unread = new ChunkQueue()
  #reader: PromiseWithResolvers<Uint8ArrayList | undefined> | undefined
  #writers: Array<PromiseWithResolvers<void>> = []
  #paused = false
  #ended = false
  #error: Error | undefined
  readonly #closed = Promise.withResolvers<void>()

  constructor(stream: Stream, init: BoundedStreamInit = {}) {
    this.#stream = stream
    this.#init = { ...BOUNDED_STREAM_DEFAULTS, ...init }
    // never reached by what is written through here; a bound against anything else
    stream.maxWriteBufferLength = this.#init.maxUnsentBytes + SEND_BYTES
    stream.addEventListener('message', this.#onMessage)
    stream.addEventListener('drain', this.#onDrain)
    stream.addEventListener('idle', this.#onDrain)
    stream.addEventListener('end', this.#onEnd)
    stream.addEventListener('close', this.#onClose)
    // the events of a stream that ended before it got here have passed
    if (stream.readableEnded) this.#onEnd()
    if (stream.status !== 'open')
      this.#finish(stream.status === 'closed' ? undefined : new StreamError('reset', `stream was ${stream.status}`))
  }

  get protocol(): string {
    return this.#stream.protocol
  }

  /** Bytes that arrived and were not read. */
  get unreadBytes(): number {
    return this.#unread.byteLength
  }

  /** Bytes that were written and did not leave yet. */
  get unsentBytes(): number {
    return this.#stream.writeBufferLength
  }

  /** Resolves when the stream is closed both ways or broken; never rejects. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  get isOpen(): boolean {
    return this.#stream.status === 'open'
  }

  /**
   * All bytes at hand, at least one; undefined when the peer has ended its side. One reader at a time.
   * @throws {StreamError} `reset` or `aborted` once what had arrived before was read; the signal's reason when it aborts, which leaves the stream as it is.
   */
  async read(options: AbortOptions = {}): Promise<Uint8ArrayList | undefined> {
    options.signal?.throwIfAborted()
    if (this.#unread.byteLength > 0) {
      const chunk = this.#unread.take()
      this.#resume()
      return chunk
    }
    if (this.#error !== undefined) throw this.#error
    if (this.#ended) return undefined
    if (this.#reader !== undefined) throw new TypeError('BoundedStream.read() is already waiting: one reader at a time')
    const reader = (this.#reader = Promise.withResolvers())
    try {
      return await orAborted(reader.promise, options.signal)
    } finally {
      if (this.#reader === reader) this.#reader = undefined
    }
  }

  /**
   * Resolves when the bytes are handed to the muxer or queued within `maxUnsentBytes`; waits while the peer is not reading.
   * @throws {StreamError} when the stream is closed or broken; the signal's reason when it aborts: part of the bytes may have left by then.
   */
  async write(data: Uint8Array | Uint8ArrayList, options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    for (let offset = 0; offset < data.byteLength; offset += SEND_BYTES) {
      if (!this.hasRoom) await this.room(options)
      const end = Math.min(offset + SEND_BYTES, data.byteLength)
      if (end - offset === data.byteLength) this.#send(data)
      else this.#send(data instanceof Uint8Array ? data.subarray(offset, end) : data.sublist(offset, end))
    }
    if (!this.hasRoom) await this.room(options)
  }

  /** Whether `send` may be called now. */
  get hasRoom(): boolean {
    return this.#stream.writeBufferLength < this.#init.maxUnsentBytes && !this.#stream.writableNeedsDrain
  }

  /** Resolves when `hasRoom` is true. @throws as `write` does. */
  async room(options: AbortOptions = {}): Promise<void> {
    while (!this.hasRoom) {
      this.#assertWritable()
      const writer = Promise.withResolvers<void>()
      this.#writers.push(writer)
      try {
        await orAborted(writer.promise, options.signal)
      } finally {
        this.#writers = this.#writers.filter(other => other !== writer)
      }
    }
  }

  /**
   * Hands bytes over at once, whether there is room or not; returns `hasRoom` afterwards. For callers that gather many small messages
   * into one call and keep their own bound.
   * @throws {StreamError} when the stream is closed or broken, or `overflow` when the caller never waited for room.
   */
  send(data: Uint8Array | Uint8ArrayList): boolean {
    this.#send(data)
    return this.hasRoom
  }

  /** Ends the writable side once everything has left: the peer reads a clean end. */
  async closeWrite(options: AbortOptions = {}): Promise<void> {
    if (this.#stream.writeStatus !== 'writable') return
    await this.#stream.close(options)
  }

  /** Ends both sides: what was written leaves, what was not read is dropped. Aborts when that takes longer than `closeTimeoutMs`. */
  async close(options: AbortOptions = {}): Promise<void> {
    const timeout = AbortSignal.timeout(this.#init.closeTimeoutMs)
    const signal = options.signal == null ? timeout : AbortSignal.any([options.signal, timeout])
    try {
      await this.closeWrite({ signal })
      this.#ended = true
      this.#unread.clear()
      this.#resume()
      await orAborted(this.closed, signal)
    } catch (error) {
      this.abort(new StreamError('aborted', 'stream did not close in time', { cause: error }))
    }
  }

  /** Ends both sides at once: unsent and unread bytes are dropped and the peer sees a reset. */
  abort(error: Error): void {
    this.#finish(error instanceof StreamError ? error : new StreamError('aborted', error.message, { cause: error }))
    this.#stream.abort(error)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8ArrayList> {
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) yield chunk
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #send(data: Uint8Array | Uint8ArrayList): void {
    this.#assertWritable()
    if (this.#stream.writeBufferLength + data.byteLength > this.#stream.maxWriteBufferLength! && !this.hasRoom) {
      throw new StreamError(
        'overflow',
        `${this.#stream.writeBufferLength} bytes are unsent, the limit is ${this.#init.maxUnsentBytes}: wait for room()`,
      )
    }
    try {
      this.#stream.send(data)
    } catch (error) {
      throw this.#error ?? new StreamError('reset', 'the connection broke while sending', { cause: error })
    }
  }

  #assertWritable(): void {
    if (this.#error !== undefined) throw this.#error
    if (this.#stream.writeStatus !== 'writable')
      throw new StreamError('closed', 'the writable side of the stream is closed')
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    if (this.#ended && this.#error !== undefined) return
    const data = event.data
    if (this.#reader !== undefined && this.#unread.byteLength === 0) {
      this.#reader.resolve(data instanceof Uint8Array ? new Uint8ArrayList(data) : data)
      this.#reader = undefined
      return
    }
    // after close() the rest is dropped, and goes on being accepted so that the peer can end
    if (this.#ended) return
    if (data instanceof Uint8Array) this.#unread.push(data)
    else for (const part of data) this.#unread.push(part)
    if (this.#unread.byteLength > this.#init.maxUnreadBytes) {
      this.abort(
        new StreamError(
          'overflow',
          `${this.#unread.byteLength} bytes are unread, the limit is ${this.#init.maxUnreadBytes}`,
        ),
      )
    } else if (this.#unread.byteLength >= this.#init.pauseAtBytes && !this.#paused) {
      this.#paused = true
      this.#stream.sendPause?.()
    }
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    if (this.#stream.status === 'open' && this.#stream.readStatus === 'readable') this.#stream.sendResume?.()
  }

  readonly #onDrain = (): void => {
    for (const writer of this.#writers) writer.resolve()
  }

  // a frame may carry both data and the end of the stream, and the end is announced first
  readonly #onEnd = (): void => {
    queueMicrotask(() => {
      this.#ended = true
      this.#reader?.resolve(undefined)
    })
  }

  readonly #onClose = (event: StreamCloseEvent): void => {
    const error = event.error
    this.#finish(
      error == null
        ? undefined
        : event.local
          ? new StreamError('aborted', error.message, { cause: error })
          : new StreamError('reset', 'stream was reset by the peer or the connection was lost', { cause: error }),
    )
  }

  #finish(error: StreamError | undefined): void {
    if (error !== undefined) {
      this.#error ??= error
      this.#reader?.reject(this.#error)
      if (error.code !== 'reset') this.#unread.clear()
    } else {
      this.#onEnd()
    }
    const writeError = this.#error ?? new StreamError('closed', 'stream is closed')
    for (const writer of this.#writers) writer.reject(writeError)
    const stream = this.#stream
    stream.removeEventListener('drain', this.#onDrain)
    stream.removeEventListener('idle', this.#onDrain)
    stream.removeEventListener('end', this.#onEnd)
    stream.removeEventListener('close', this.#onClose)
    this.#closed.resolve()
  }
}

/** Bounds a raw libp2p stream. The raw one must not be used afterwards. */
export function boundStream(stream: Stream, init?: BoundedStreamInit): BoundedStream {
  return new BoundedStream(stream, init)
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
    promise.catch(() => {})
  }
}
