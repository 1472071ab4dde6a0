import { Uint8ArrayList } from 'uint8arraylist'
import { ChunkQueue } from './chunk-queue.ts'
import { StreamError } from './errors.ts'
import { resolveOptions } from './options.ts'
import { Turns } from './turns.ts'
import { orAborted, Waiter } from './waiter.ts'
import type { AbortOptions, Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import type { BoundedStreamInit } from './options.ts'

/** One call of libp2p's `send` by `write` takes no more than this, in bytes: the noise and yamux layers copy what they get. */
const SEND_BYTES = 262_144
/** The window that yamux starts with, in bytes. It cannot be made smaller for one stream. */
const YAMUX_FIRST_WINDOW_BYTES = 262_144

/**
 * What streams of libp2p's muxers have beyond the interface: they can pause a peer while data goes on being delivered here.
 * `stream.pause()` instead gathers it inside the stream as one object per muxer frame (1-byte frames then cost a hundred times
 * their bytes), and is undone when it is called during the flush of a `resume()`.
 */
interface FlowControl {
  sendPause?: () => void
  sendResume?: () => void
  maxStreamWindowSize?: number
}

/** What js-yamux 8.0.3 has besides, and a test holds. */
interface YamuxWindow {
  state: number
  /** Bytes that the peer may send after a window update, … */
  recvWindow: number
  /** … and those of them that it may send still. */
  recvWindowCapacity: number
  sendWindowUpdate: () => void
}

const YAMUX_ESTABLISHED = 3

/**
 * A libp2p 3 stream with backpressure both ways and one bound on its memory. Nothing else in Stoa touches a raw stream.
 *
 * What it mends, each found by measurement (docs/decisions/0002-bounded-streams.md): `for await` over a raw stream has no read
 * backpressure; `onDrain()` resolves once and for ever; `pause()` is undone inside a flush; the write buffer has no bound; a lost
 * connection looks like a clean end.
 */
export class BoundedStream implements AsyncDisposable {
  readonly #stream: Stream & FlowControl
  readonly #options: Required<BoundedStreamInit>
  readonly #unread = new ChunkQueue()
  readonly #turns = new Turns()
  #reader: Waiter<Uint8ArrayList | undefined> | undefined
  #writers: Array<Waiter<void>> = []
  #isPaused = false
  /** close() was called: what arrives is dropped. */
  #isDropping = false
  /** The peer said that nothing follows… */
  #peerEnded = false
  /** …and everything before was delivered. */
  #isEnded = false
  #fin: Promise<void> | undefined
  #error: StreamError | undefined
  #isFinished = false
  readonly #closed = Promise.withResolvers<void>()

  constructor(stream: Stream, init: BoundedStreamInit = {}) {
    this.#stream = stream
    this.#options = resolveOptions(init)
    this.#boundWindow()
    grantInHalves(stream as unknown as Partial<YamuxWindow>)
    stream.addEventListener('message', this.#onMessage)
    stream.addEventListener('drain', this.#onDrain)
    stream.addEventListener('idle', this.#onDrain)
    stream.addEventListener('remoteCloseWrite', this.#onPeerEnd)
    stream.addEventListener('close', this.#onClose)
    // the events of a stream that ended before it got here have passed; what it still holds is delivered in the next microtask
    if (stream.status === 'open' && stream.remoteWriteStatus === 'closed') this.#onPeerEnd()
    if (stream.status !== 'open') {
      queueMicrotask(() => this.#finish(new StreamError('reset', `stream was ${stream.status} before it was used`)))
    }
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
   * @throws {StreamError} `reset` once what had arrived before was read, or `aborted`; the signal's reason when it aborts, which leaves the stream as it is.
   */
  async read(options: AbortOptions = {}): Promise<Uint8ArrayList | undefined> {
    options.signal?.throwIfAborted()
    if (this.#unread.byteLength > 0) {
      const chunk = this.#unread.take()
      this.#resume()
      return chunk
    }
    // a peer that ended its side and broke the stream afterwards has said all it wanted to
    if (this.#error !== undefined && !(this.#isEnded && this.#error.code === 'reset')) throw this.#error
    if (this.#isEnded || this.#isDropping) return undefined
    if (this.#reader?.isSettled === false) {
      throw new TypeError('BoundedStream.read() is already waiting: one reader at a time')
    }
    this.#reader = new Waiter(options.signal)
    return this.#reader.promise
  }

  /**
   * Resolves when the bytes are handed to the muxer or queued within `maxUnsentBytes`; waits while the peer is not reading. Bytes of two
   * writes do not mix. Do not change them before it resolves.
   * @throws {StreamError} when the stream is closed or broken; the signal's reason when it aborts: part of the bytes may have left by then.
   */
  async write(data: Uint8Array | Uint8ArrayList, options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    this.assertWritable()
    await this.#turns.take(() => this.#write(data, options.signal), options.signal)
  }

  /** Whether `send` may be called now. */
  get hasRoom(): boolean {
    return this.#stream.writeBufferLength < this.#options.maxUnsentBytes && !this.#stream.writableNeedsDrain
  }

  /** Resolves when `hasRoom` is true. @throws as `write` does. */
  async room(options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    this.assertWritable()
    await this.#room(options.signal)
  }

  /**
   * Hands bytes over at once and returns `hasRoom` afterwards. For callers that gather many small messages into one call and keep their
   * own bound: with room it takes any amount, and without only what keeps the unsent bytes below `maxUnsentBytes` and 256 KiB.
   * @throws {StreamError} when the stream is closed or broken, or `overflow` when the caller never waited for room.
   */
  send(data: Uint8Array | Uint8ArrayList): boolean {
    this.assertWritable()
    const after = this.#stream.writeBufferLength + data.byteLength
    if (after > this.#options.maxUnsentBytes + SEND_BYTES && !this.hasRoom) {
      throw new StreamError(
        'overflow',
        `${this.unsentBytes.toLocaleString('en')} bytes are unsent, the limit is ${this.#options.maxUnsentBytes.toLocaleString('en')}: wait for room()`,
      )
    }
    this.#send(data)
    return this.hasRoom
  }

  /** @throws {StreamError} when nothing can be written any more. */
  assertWritable(): void {
    if (this.#fin !== undefined) throw this.#error ?? writableClosed()
    this.#assertAlive()
  }

  /**
   * Ends the writable side once everything has left: the peer reads a clean end. An abort ends the wait only.
   * @throws {StreamError} when the stream broke before; the signal's reason when it aborts.
   */
  async closeWrite(options: AbortOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    if (this.#fin === undefined) {
      this.#fin = this.#turns.take(() => this.#sendFin())
      this.#fin.catch(() => {})
    }
    await orAborted(this.#fin, options.signal)
  }

  /** Ends both sides: what was written leaves, what was not read is dropped. Aborts when that takes longer than `closeTimeoutMs`; never rejects. */
  async close(options: AbortOptions = {}): Promise<void> {
    if (this.#isFinished) return
    // first of all: two sides that close while each waits for the other to read would wait for ever
    this.#isDropping = true
    this.#unread.clear()
    this.#reader?.resolve(undefined)
    this.#resume()

    const deadline = new AbortController()
    const onAbort = (): void => deadline.abort(options.signal!.reason)
    const timer = setTimeout(() => deadline.abort(), this.#options.closeTimeoutMs)
    if (options.signal?.aborted === true) onAbort()
    else options.signal?.addEventListener('abort', onAbort)
    try {
      await this.closeWrite({ signal: deadline.signal })
      await orAborted(this.closed, deadline.signal)
    } catch (error) {
      this.abort(new StreamError('aborted', 'stream did not close in time', { cause: error }))
    } finally {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Ends both sides at once: unsent and unread bytes are dropped and the peer sees a reset. */
  abort(error: Error): void {
    this.#unread.clear()
    this.#finish(error instanceof StreamError ? error : new StreamError('aborted', error.message, { cause: error }))
    this.#stream.abort(error)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8ArrayList> {
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) yield chunk
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #write(data: Uint8Array | Uint8ArrayList, signal: AbortSignal | undefined): Promise<void> {
    for (let offset = 0; offset < data.byteLength; offset += SEND_BYTES) {
      if (!this.hasRoom) await this.#room(signal)
      const end = Math.min(offset + SEND_BYTES, data.byteLength)
      if (end - offset === data.byteLength) this.#send(data)
      else this.#send(data instanceof Uint8Array ? data.subarray(offset, end) : data.sublist(offset, end))
    }
    if (!this.hasRoom) await this.#room(signal)
  }

  async #room(signal: AbortSignal | undefined): Promise<void> {
    while (!this.hasRoom) {
      this.#assertAlive()
      const writer = new Waiter<void>(signal)
      this.#writers.push(writer)
      try {
        await writer.promise
      } catch (error) {
        this.#writers = this.#writers.filter(other => other !== writer)
        throw error
      }
    }
  }

  #send(data: Uint8Array | Uint8ArrayList): void {
    this.#assertAlive()
    const stream = this.#stream
    // libp2p resets a stream whose buffer passes this; the bound is kept here, where it can make a caller wait
    stream.maxWriteBufferLength = Math.max(
      this.#options.maxUnsentBytes + SEND_BYTES,
      stream.writeBufferLength + data.byteLength,
    )
    try {
      stream.send(data)
    } catch (error) {
      throw this.#error ?? new StreamError('reset', 'the connection broke while sending', { cause: error })
    }
  }

  /** Runs when all writes are over. It takes no signal: libp2p's `close`, once given up, can never be taken up again. */
  async #sendFin(): Promise<void> {
    try {
      if (this.#error === undefined) await this.#stream.close()
    } catch (error) {
      if (this.#error === undefined) {
        throw new StreamError('reset', 'the connection was lost before everything was sent', { cause: error })
      }
    }
    if (this.#error !== undefined) throw this.#error
  }

  #assertAlive(): void {
    if (this.#error !== undefined) throw this.#error
    if (this.#stream.writeStatus !== 'writable') throw writableClosed()
  }

  /** A yamux window grows up to 16 MiB by default, and a peer may fill it after it was told to stop. */
  #boundWindow(): void {
    const window = Math.max(YAMUX_FIRST_WINDOW_BYTES, this.#options.maxUnreadBytes - this.#options.pauseAtBytes)
    const stream = this.#stream
    if (stream.maxStreamWindowSize !== undefined && stream.maxStreamWindowSize > window) {
      stream.maxStreamWindowSize = window
    }
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    if (this.#isDropping) return
    const data = event.data
    if (this.#reader?.isSettled === false) {
      this.#reader.resolve(data instanceof Uint8Array ? new Uint8ArrayList(data) : data)
      return
    }
    if (data instanceof Uint8Array) this.#unread.push(data)
    else for (const part of data) this.#unread.push(part)
    const { maxUnreadBytes, pauseAtBytes } = this.#options
    if (this.#unread.byteLength > maxUnreadBytes) {
      const held = this.#unread.byteLength.toLocaleString('en')
      this.abort(
        new StreamError('overflow', `${held} bytes are unread, the limit is ${maxUnreadBytes.toLocaleString('en')}`),
      )
    } else if (this.#unread.byteLength >= pauseAtBytes && !this.#isPaused) {
      this.#isPaused = true
      this.#stream.sendPause?.()
    }
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    if (this.#stream.status !== 'open' || this.#stream.readStatus !== 'readable') return
    try {
      this.#stream.sendResume?.()
    } catch {
      // a connection that is closing takes no window update; what was read before must not be lost with it
    }
  }

  readonly #onDrain = (): void => {
    const writers = this.#writers
    this.#writers = []
    for (const writer of writers) writer.resolve()
  }

  // one muxer frame may carry both data and the end of the stream, and the end is announced first
  readonly #onPeerEnd = (): void => {
    this.#peerEnded = true
    queueMicrotask(() => {
      this.#isEnded = true
      this.#reader?.resolve(undefined)
    })
  }

  /** When the connection is lost libp2p closes its streams without an error: only a peer that said so has ended its side. */
  readonly #onClose = ({ error }: StreamCloseEvent): void => {
    if (error == null && this.#peerEnded) this.#finish(undefined)
    else {
      const message = 'stream was reset by the peer or the connection was lost'
      this.#finish(new StreamError('reset', message, { cause: error }))
    }
  }

  #finish(error: StreamError | undefined): void {
    if (this.#isFinished) return
    this.#isFinished = true
    this.#error = error
    if (error !== undefined && !(this.#peerEnded && error.code === 'reset')) this.#reader?.reject(error)
    for (const writer of this.#writers) writer.reject(error ?? writableClosed())
    this.#writers = []
    const stream = this.#stream
    stream.removeEventListener('drain', this.#onDrain)
    stream.removeEventListener('idle', this.#onDrain)
    stream.removeEventListener('remoteCloseWrite', this.#onPeerEnd)
    stream.removeEventListener('close', this.#onClose)
    this.#closed.resolve()
  }
}

/** Bounds a raw libp2p stream. The raw one must not be used afterwards. */
export function boundStream(stream: Stream, init?: BoundedStreamInit): BoundedStream {
  return new BoundedStream(stream, init)
}

/**
 * js-yamux answers every data frame with a window update: of the frames of a gossip node that was half of all. Here a peer is granted more
 * when it has used half of what it had, as Go's yamux does.
 */
function grantInHalves(stream: Partial<YamuxWindow>): void {
  const { sendWindowUpdate } = stream
  if (sendWindowUpdate === undefined || stream.recvWindow === undefined) return
  stream.sendWindowUpdate = () => {
    const { state, recvWindow = 0, recvWindowCapacity = 0 } = stream
    if (state !== YAMUX_ESTABLISHED || recvWindowCapacity <= recvWindow / 2) sendWindowUpdate.call(stream)
  }
}

function writableClosed(): StreamError {
  return new StreamError('closed', 'the writable side of the stream is closed')
}
