import { Deadlines } from './deadlines.ts'
import { encodeMessage } from './encode-message.ts'
import { DirectError, RefuseRequest } from './errors.ts'
import { frameHeader, Kind, MAX_ERROR_TEXT_BYTES, WireError } from './frame.ts'
import { readFrames } from './read-frames.ts'
import { ITEM_OVERHEAD_BYTES } from './streamed-answer.ts'
import type { ProtocolCounters } from './counters.ts'
import type { Due } from './deadlines.ts'
import type { Frame } from './frame.ts'
import type { DirectOptions } from './options.ts'
import type { Handler, Protocol, RequestContext } from './protocol.ts'
import type { FrameStream } from '@stoa/codec'
import type { Logger, PeerId } from '@libp2p/interface'

const EMPTY = new Uint8Array(0)
const text = new TextEncoder()

/** What all streams of one protocol share. */
export interface Served<Request, Response> {
  protocol: Protocol<Request, Response>
  handler: Handler<Request, Response>
  counters: ProtocolCounters
  /** Handlers running now, for all peers. */
  running: number
}

/** A request whose handler is running. */
class Running implements RequestContext, Due {
  readonly peer: PeerId
  readonly bytes: number
  deadlineMs: number
  /** What the caller still accepts of a streamed answer, in bytes; undefined when it asked for one answer. */
  credit: number | undefined
  creditArrived: PromiseWithResolvers<void> | undefined
  isOver = false
  #controller: AbortController | undefined

  constructor(peer: PeerId, bytes: number, deadlineMs: number, credit: number | undefined) {
    this.peer = peer
    this.bytes = bytes
    this.deadlineMs = deadlineMs
    this.credit = credit
  }

  /** Made when a handler first asks for it: most never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  abort(reason: Error): void {
    this.isOver = true
    this.creditArrived?.resolve()
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
}

/** The answering end of one stream. */
export class ServerSession<Request, Response> {
  readonly #frames: FrameStream
  readonly #served: Served<Request, Response>
  readonly #peer: PeerId
  readonly #options: DirectOptions
  readonly #log: Logger
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
    this.#options = options
    this.#log = log
  }

  get inFlight(): number {
    return this.#running.size
  }

  /** Serves until the peer ends the stream and its last request is answered, or the stream breaks. Never rejects. */
  async run(): Promise<void> {
    try {
      await readFrames(this.#frames, this.#options.stallTimeoutMs, frame => this.#onFrame(frame))
      if (this.#running.size > 0) {
        this.#idle = Promise.withResolvers()
        await Promise.race([this.#idle.promise, this.#frames.stream.closed])
      }
      await this.#frames.close()
    } catch (error) {
      if (error instanceof DirectError || (error as Error).name === 'FrameError') {
        this.#served.counters.streamsCut++
        this.#log('cut stream of %s from %p - %e', this.#served.protocol.id, this.#peer, error)
      }
      this.#frames.abort(error as Error)
    } finally {
      this.stop(new DirectError('disconnected', 'the caller is gone'))
    }
  }

  /** Ends all running requests and the stream. */
  stop(reason: Error): void {
    for (const id of this.#running.keys()) this.#finish(id)?.abort(reason)
    this.#deadlines.stop()
    if (this.#frames.stream.isOpen) this.#frames.abort(reason)
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
        if (running?.credit === undefined) return
        running.credit = Math.min(running.credit + frame.credit, 2 ** 32 - 1)
        running.creditArrived?.resolve()
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
    const { maxHandlersPerPeer, maxHandlers, maxBytesPerStream, handlerTimeoutMs } = this.#options
    const size = frame.payload.byteLength
    if (size > protocol.maxRequestBytes) {
      counters.requestsInvalid++
      return this.#refuse(id, WireError.TOO_LARGE, `request is ${size} bytes, the limit is ${protocol.maxRequestBytes}`)
    }
    if (
      this.#running.size >= maxHandlersPerPeer ||
      this.#served.running >= maxHandlers ||
      this.#bytes + this.#frames.unsentBytes + size > maxBytesPerStream
    ) {
      counters.requestsRefused++
      return this.#refuse(id, WireError.REFUSED, 'busy: too many requests in flight')
    }
    let value: Request
    try {
      value = protocol.request.decode(frame.payload)
    } catch (error) {
      counters.requestsInvalid++
      return this.#refuse(id, WireError.MALFORMED, `request could not be decoded: ${(error as Error).message}`)
    }

    const running = new Running(
      this.#peer,
      size,
      Date.now() + handlerTimeoutMs,
      frame.credit > 0 ? frame.credit : undefined,
    )
    this.#running.set(id, running)
    this.#served.running++
    this.#bytes += size
    this.#deadlines.watch(running.deadlineMs)
    counters.requestsHandled++
    try {
      const result = handler(value, running)
      if (result instanceof Promise)
        result.then(
          answer => this.#answer(id, answer),
          (error: unknown) => this.#fail(id, error),
        )
      else if (isAsyncIterable(result)) void this.#stream(id, running, result)
      else this.#answer(id, result)
    } catch (error) {
      this.#fail(id, error)
    }
  }

  #answer(id: number, value: Response | AsyncIterable<Response>): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    if (isAsyncIterable(value)) {
      void this.#stream(id, running, value)
      return
    }
    // the answer to a notification
    if (id < 0) {
      this.#finish(id)
      return
    }
    const payload = this.#encode(id, value)
    if (payload === undefined) return
    this.#finish(id)
    if (this.#bytes + this.#frames.unsentBytes + payload.byteLength > this.#options.maxBytesPerStream) {
      this.#served.counters.requestsRefused++
      this.#refuse(id, WireError.REFUSED, 'busy: answers are not being read')
    } else this.#send(payload, frameHeader(Kind.RESPONSE, id, payload.byteLength))
  }

  async #stream(id: number, running: Running, items: AsyncIterable<Response>): Promise<void> {
    const iterator = items[Symbol.asyncIterator]()
    try {
      if (id > 0 && running.credit === undefined) {
        this.#finish(id)
        this.#refuse(id, WireError.IS_STREAM, 'the answer is a stream, and one answer was asked for')
        return
      }
      for (;;) {
        const { done, value } = await iterator.next()
        if (running.isOver) return
        if (done === true) break
        if (id < 0) continue
        const payload = this.#encode(id, value)
        if (payload === undefined) return
        // while it waits for the caller, time does not run against the handler
        running.deadlineMs = Infinity
        while (running.credit! <= 0 && !running.isOver) {
          running.creditArrived = Promise.withResolvers()
          await running.creditArrived.promise
        }
        if (!this.#frames.hasRoom) await this.#frames.room()
        if (running.isOver) return
        running.credit! -= payload.byteLength + ITEM_OVERHEAD_BYTES
        this.#send(payload, frameHeader(Kind.ITEM, id, payload.byteLength))
        running.deadlineMs = Date.now() + this.#options.handlerTimeoutMs
        this.#deadlines.watch(running.deadlineMs)
      }
      this.#finish(id)
      if (id > 0) this.#send(EMPTY, frameHeader(Kind.END, id, 0))
    } catch (error) {
      this.#fail(id, error)
    } finally {
      // lets a generator that was left early run its finally blocks; what they throw concerns nobody any more
      await Promise.resolve(iterator.return?.()).catch(() => {})
    }
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
    this.#bytes -= running.bytes
    if (this.#running.size === 0) this.#idle?.resolve()
    return running
  }

  #refuse(id: number, error: WireError, reason: string): void {
    if (id < 0) return
    const payload = text.encode(reason).subarray(0, MAX_ERROR_TEXT_BYTES)
    this.#send(payload, frameHeader(Kind.ERROR, id, payload.byteLength, 0, error))
  }

  #send(payload: Uint8Array, header: Uint8Array): void {
    try {
      this.#frames.enqueue(payload, header)
    } catch {
      // the stream is broken: run() ends the session
    }
  }
}

function isAsyncIterable<T>(value: T | AsyncIterable<T>): value is AsyncIterable<T> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
