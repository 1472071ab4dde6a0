import { CodecError } from '@stoa/codec'
import { Deadlines, nowMs } from './deadlines.ts'
import { encodeMessage } from './encode-message.ts'
import { DirectError, RefuseRequest } from './errors.ts'
import { frameHeader, Kind, WireError } from './frame.ts'
import { isBreach, readFrames } from './read-frames.ts'
import { errorText } from './remote-error.ts'
import { Running } from './running.ts'
import { shareOf } from './served.ts'
import { StallWatch } from './stall-watch.ts'
import { ITEM_OVERHEAD_BYTES } from './streamed-answer.ts'
import type { Frame } from './frame.ts'
import type { DirectOptions } from './options.ts'
import type { PeerShare, Served } from './served.ts'
import type { FrameStream } from '@stoa/codec'
import type { Logger, PeerId } from '@libp2p/interface'

const EMPTY = new Uint8Array(0)
const MAX_CREDIT = 2 ** 32 - 1

/** The answering end of one stream. */
export class ServerSession<Request, Response> {
  readonly #frames: FrameStream
  readonly #served: Served<Request, Response>
  readonly #peer: PeerId
  readonly #share: PeerShare
  readonly #options: DirectOptions
  readonly #log: Logger
  readonly #watch: StallWatch
  readonly #maxBytes: number
  readonly #running = new Map<number, Running>()
  readonly #deadlines = new Deadlines(this.#running, id => this.#expire(id))
  #lastId = 0
  #lastNotification = 0
  #bytes = 0
  #idle: PromiseWithResolvers<void> | undefined

  constructor(
    frames: FrameStream,
    served: Served<Request, Response>,
    peer: PeerId,
    options: DirectOptions,
    log: Logger,
  ) {
    this.#frames = frames
    this.#served = served
    this.#peer = peer
    this.#share = shareOf(served.peers, peer.toString())
    this.#options = options
    this.#log = log
    this.#watch = new StallWatch(frames, options.stallTimeoutMs, error => this.#cut(error))
    // one request and its answer fit always, or a protocol of large messages could not be answered at all
    const { maxRequestBytes, maxResponseBytes } = served.protocol
    this.#maxBytes = Math.max(options.maxBytesPerStream, maxRequestBytes + maxResponseBytes)
  }

  /** Serves until the peer ends the stream and its last request is answered, or the stream breaks. Never rejects. */
  async run(): Promise<void> {
    this.#served.sessions.add(this)
    this.#share.sessions++
    try {
      await readFrames(this.#frames, this.#watch, frame => this.#onFrame(frame))
      if (this.#running.size > 0) {
        this.#idle = Promise.withResolvers()
        await Promise.race([this.#idle.promise, this.#frames.stream.closed])
      }
      await this.#frames.close()
    } catch (error) {
      if (isBreach(error)) this.#cut(error as Error)
      else this.#frames.abort(error as Error)
    } finally {
      this.#watch.stop()
      this.#abandon(new DirectError('disconnected', 'the caller is gone'))
      this.#served.sessions.delete(this)
      if (--this.#share.sessions === 0) this.#served.peers.delete(this.#peer.toString())
    }
  }

  /** Ends all running requests and the stream, at once. */
  stop(reason: DirectError): void {
    this.#abandon(reason)
    this.#frames.abort(reason)
  }

  /** Refuses all running requests with a reason that the callers may read, and ends the stream. */
  async refuseAll(reason: string): Promise<void> {
    for (const id of this.#running.keys()) {
      this.#finish(id)?.abort(new DirectError('refused', reason))
      this.#refuse(id, WireError.REFUSED, reason)
    }
    await this.#frames.close()
  }

  #cut(error: Error): void {
    this.#served.counters.streamsCut++
    this.#log('cut stream of %s from %p - %e', this.#served.protocol.id, this.#peer, error)
    this.#frames.abort(error)
  }

  #abandon(reason: DirectError): void {
    for (const id of this.#running.keys()) this.#finish(id)?.abort(reason)
    this.#deadlines.stop()
  }

  #onFrame(frame: Frame): void {
    switch (frame.kind) {
      case Kind.REQUEST:
        if (frame.id <= this.#lastId)
          throw new DirectError('malformed', `request id ${frame.id} after ${this.#lastId}: ids count up`)
        this.#lastId = frame.id
        this.#onRequest(frame.id, frame)
        return
      case Kind.NOTIFY:
        if (frame.id !== 0) throw new DirectError('malformed', `a notification has no id, this one has ${frame.id}`)
        // an own id below all others, so that nothing the peer sends can name it
        this.#onRequest(--this.#lastNotification, frame)
        return
      case Kind.CANCEL:
        this.#assertAsked(frame.id)
        this.#finish(frame.id)?.abort(new DirectError('aborted', 'the caller gave up'))
        return
      case Kind.CREDIT: {
        this.#assertAsked(frame.id)
        const running = this.#running.get(frame.id)
        // the streamed answer has ended meanwhile
        if (running?.credit === undefined) return
        running.credit += frame.credit
        if (running.credit > MAX_CREDIT)
          throw new DirectError('malformed', `credit of request ${frame.id} is over ${MAX_CREDIT} bytes`)
        if (running.credit > 0) running.creditArrived?.resolve()
        return
      }
      default:
        throw new DirectError('malformed', `frame kind ${frame.kind} is not a request`)
    }
  }

  #assertAsked(id: number): void {
    if (id === 0 || id > this.#lastId) throw new DirectError('malformed', `request ${id} was never made`)
  }

  #onRequest(id: number, frame: Frame): void {
    const { protocol, counters, handler } = this.#served
    const size = frame.payload.byteLength
    if (size > protocol.maxRequestBytes) {
      counters.requestsInvalid++
      return this.#refuse(id, WireError.TOO_LARGE, `request is ${size} bytes, the limit is ${protocol.maxRequestBytes}`)
    }
    if (
      this.#share.running >= this.#options.maxHandlersPerPeer ||
      this.#served.running >= this.#options.maxHandlers ||
      !this.#hasSpace(size)
    ) {
      counters.requestsRefused++
      return this.#refuse(id, WireError.REFUSED, 'busy: too many requests in flight')
    }
    let value: Request
    try {
      value = protocol.request.decode(frame.payload)
    } catch (error) {
      counters.requestsInvalid++
      // a codec's own words are about what the peer sent; what else was thrown is ours
      const reason = error instanceof CodecError ? `: ${error.message}` : ''
      return this.#refuse(id, WireError.MALFORMED, `request could not be decoded${reason}`)
    }

    const credit = id > 0 && frame.credit > 0 ? frame.credit : undefined
    const running = new Running(this.#peer, size, nowMs() + this.#options.handlerTimeoutMs, credit)
    this.#running.set(id, running)
    this.#share.running++
    this.#served.running++
    this.#bytes += size
    this.#deadlines.watch(running.deadlineMs)
    counters.requestsHandled++
    try {
      const result = handler(value, running)
      if (isThenable(result))
        result.then(
          answer => this.#answer(id, answer),
          (error: unknown) => this.#fail(id, error),
        )
      else this.#answer(id, result)
    } catch (error) {
      this.#fail(id, error)
    }
  }

  #answer(id: number, value: Response | AsyncIterable<Response>): void {
    const running = this.#running.get(id)
    if (isAsyncIterable(value)) {
      void this.#stream(id, running, value)
      return
    }
    if (running === undefined) return
    // nobody asked for the answer to a notification
    if (id < 0) {
      this.#finish(id)
      return
    }
    const payload = this.#encode(id, value)
    if (payload === undefined) return
    this.#finish(id)
    if (!this.#hasSpace(payload.byteLength)) {
      this.#served.counters.requestsRefused++
      this.#refuse(id, WireError.REFUSED, 'busy: answers are not being read')
    } else this.#send(payload, frameHeader(Kind.RESPONSE, id, payload.byteLength))
  }

  /** Reads a streamed answer only as fast as its caller does: no credit or no room, no next item. */
  async #stream(id: number, running: Running | undefined, items: AsyncIterable<Response>): Promise<void> {
    let isDone = false
    let iterator: AsyncIterator<Response> | undefined
    try {
      iterator = items[Symbol.asyncIterator]()
      const source = iterator
      const stopSource = (): void => {
        if (isDone) return
        isDone = true
        // lets a generator that was left early run its finally blocks; what they throw concerns nobody any more
        void Promise.resolve(source.return?.()).catch(() => {})
      }
      if (running?.credit === undefined || running.isOver) {
        stopSource()
        if (this.#finish(id) !== undefined)
          this.#refuse(id, WireError.IS_STREAM, 'the answer is a stream, and one answer was asked for')
        return
      }
      running.stopSource = stopSource
      for (;;) {
        if (!this.#isReady(running)) await this.#becomeReady(id, running)
        if (running.isOver) return
        running.deadlineMs = nowMs() + this.#options.handlerTimeoutMs
        this.#deadlines.watch(running.deadlineMs)
        const { done, value } = await iterator.next()
        if (running.isOver) return
        if (done === true) break
        // held as it is until it can leave: encoded, the items of all streams could fill the memory of one that nobody reads
        if (!this.#isReady(running)) await this.#becomeReady(id, running)
        if (running.isOver) return
        const payload = this.#encode(id, value)
        if (payload === undefined) return stopSource()
        running.credit -= payload.byteLength + ITEM_OVERHEAD_BYTES
        this.#send(payload, frameHeader(Kind.ITEM, id, payload.byteLength))
      }
      isDone = true
      this.#finish(id)
      this.#send(EMPTY, frameHeader(Kind.END, id, 0))
    } catch (error) {
      // a source that threw is over: it is not to be returned
      isDone = true
      this.#fail(id, error)
    }
  }

  #isReady(running: Running): boolean {
    return running.credit! > 0 && this.#frames.hasRoom
  }

  /** Waits for credit and room. The handler's time stands still meanwhile; the caller's runs. */
  async #becomeReady(id: number, running: Running): Promise<void> {
    while (!running.isOver && running.credit! <= 0) {
      running.isUnread = true
      running.deadlineMs = nowMs() + this.#options.unreadTimeoutMs
      this.#deadlines.watch(running.deadlineMs)
      running.creditArrived = Promise.withResolvers()
      await running.creditArrived.promise
    }
    running.isUnread = false
    // a caller that reads nothing at all is the stall watch's to notice
    running.deadlineMs = Infinity
    try {
      // many wait for the same room: the first to wake may have filled it
      while (!running.isOver && !this.#frames.hasRoom) await this.#frames.room()
    } catch {
      this.#finish(id)?.abort(new DirectError('disconnected', 'the caller is gone'))
    }
  }

  #hasSpace(bytes: number): boolean {
    return this.#bytes + this.#frames.unsentBytes + bytes <= this.#maxBytes
  }

  #encode(id: number, value: Response): Uint8Array | undefined {
    const { protocol } = this.#served
    try {
      return encodeMessage(protocol.response, value, protocol.maxResponseBytes, `answer of ${protocol.id}`)
    } catch (error) {
      if (error instanceof DirectError && error.code === 'too-large') {
        this.#served.counters.handlersFailed++
        this.#finish(id)
        this.#log.error('%e', error)
        this.#refuse(id, WireError.TOO_LARGE, `answer is over the limit of ${protocol.maxResponseBytes} bytes`)
      } else this.#fail(id, error)
      return undefined
    }
  }

  /** What a handler threw is logged here; the caller learns that it failed, and no more than the handler chose to say. */
  #fail(id: number, error: unknown): void {
    if (this.#finish(id) === undefined) return
    if (error instanceof RefuseRequest) {
      this.#served.counters.requestsRefused++
      this.#refuse(id, WireError.REFUSED, error.message)
      return
    }
    this.#served.counters.handlersFailed++
    this.#log.error('handler of %s failed for %p - %e', this.#served.protocol.id, this.#peer, error)
    this.#refuse(id, WireError.FAILED, '')
  }

  #expire(id: number): void {
    const running = this.#finish(id)
    if (running === undefined) return
    if (running.isUnread) {
      this.#served.counters.requestsRefused++
      this.#log('streamed answer of %s was not read by %p', this.#served.protocol.id, this.#peer)
      running.abort(new DirectError('timeout', `the caller did not read for ${this.#options.unreadTimeoutMs} ms`))
      this.#refuse(id, WireError.TIMEOUT, 'the answer was not read')
      return
    }
    this.#served.counters.handlersFailed++
    this.#log.error('handler of %s took longer than %d ms', this.#served.protocol.id, this.#options.handlerTimeoutMs)
    running.abort(new DirectError('timeout', `handler took longer than ${this.#options.handlerTimeoutMs} ms`))
    this.#refuse(id, WireError.TIMEOUT, 'the handler took too long')
  }

  #finish(id: number): Running | undefined {
    const running = this.#running.get(id)
    if (running === undefined) return undefined
    this.#running.delete(id)
    this.#served.running--
    this.#share.running--
    this.#bytes -= running.bytes
    if (this.#running.size === 0) this.#idle?.resolve()
    return running
  }

  #refuse(id: number, error: WireError, reason: string): void {
    if (id < 0) return
    const payload = errorText(reason)
    this.#send(payload, frameHeader(Kind.ERROR, id, payload.byteLength, 0, error))
  }

  #send(payload: Uint8Array, header: Uint8Array): void {
    this.#watch.framesSent++
    try {
      this.#frames.enqueue(payload, header)
    } catch (error) {
      this.#frames.abort(error as Error)
    }
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    value instanceof Promise ||
    (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function')
  )
}

function isAsyncIterable<T>(value: T | AsyncIterable<T>): value is AsyncIterable<T> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
