import { Deadlines } from './deadlines.ts'
import { encodeMessage } from './encode-message.ts'
import { DirectError } from './errors.ts'
import { frameHeader, Kind } from './frame.ts'
import { isBreach, readFrames } from './read-frames.ts'
import { remoteError } from './remote-error.ts'
import { StallWatch } from './stall-watch.ts'
import { StreamedAnswer } from './streamed-answer.ts'
import { Turns } from './turns.ts'
import type { ProtocolCounters } from './counters.ts'
import type { Due } from './deadlines.ts'
import type { Frame } from './frame.ts'
import type { DirectOptions } from './options.ts'
import type { Protocol } from './protocol.ts'
import type { FrameStream } from '@stoa/codec'

const EMPTY = new Uint8Array(0)
/** spec/direct.md §4: ids are 32 bits and are not used twice on one stream. */
const LAST_ID = 2 ** 32 - 1

/** A request that awaits its one answer. */
interface Pending<Response> extends Due {
  timeoutMs: number
  resolve: (value: Response) => void
  reject: (error: Error) => void
  signal: AbortSignal | undefined
  onAbort: (() => void) | undefined
}

export interface RequestTiming {
  timeoutMs: number
  /** When `timeoutMs` are over, by `nowMs()`. */
  deadlineMs: number
  signal?: AbortSignal
}

/** The requesting end of one stream: many requests share it, each with an id, and their answers come in any order. */
export class ClientSession<Request, Response> {
  readonly #frames: FrameStream
  readonly #protocol: Protocol<Request, Response>
  readonly #options: DirectOptions
  readonly #counters: ProtocolCounters
  readonly #watch: StallWatch
  readonly #pending = new Map<number, Pending<Response> | StreamedAnswer<Response>>()
  readonly #deadlines = new Deadlines(this.#pending, (id, entry) => this.#expire(id, entry))
  readonly #turns = new Turns(() => this.#isFree)
  readonly #lastPossibleId: number
  #lastId = 0
  #awaitsRoom = false
  #ended: DirectError | undefined
  /** Set by every frame; the pool clears it when it looks for idle streams. */
  wasUsed = true
  idleSinceMs = Infinity
  readonly done: Promise<void>

  constructor(
    frames: FrameStream,
    protocol: Protocol<Request, Response>,
    options: DirectOptions,
    counters: ProtocolCounters,
    lastPossibleId = LAST_ID,
  ) {
    this.#frames = frames
    this.#protocol = protocol
    this.#options = options
    this.#counters = counters
    this.#lastPossibleId = lastPossibleId
    this.#watch = new StallWatch(frames, options.stallTimeoutMs, error => this.#cut(error))
    this.done = this.#run()
  }

  /** Whether it takes one more request. */
  get isUsable(): boolean {
    return this.isAlive && this.#lastId + this.#turns.size < this.#lastPossibleId
  }

  get isAlive(): boolean {
    return this.#ended === undefined && this.#frames.stream.isOpen
  }

  /** Requests that await their answer or their turn. */
  get load(): number {
    return this.#pending.size + this.#turns.size
  }

  get inFlight(): number {
    return this.#pending.size
  }

  /** @throws {DirectError} */
  request(value: Request, timing: RequestTiming): Promise<Response> {
    return new Promise((resolve, reject) => {
      const payload = this.#encode(value)
      // nothing to wait for, the usual case
      if (timing.signal === undefined && this.#turns.size === 0 && this.#isFree)
        this.#start(payload, timing, resolve, reject)
      else this.#inTurn(timing, reject, () => this.#start(payload, timing, resolve, reject))
    })
  }

  /** Resolves when the request has left. @throws {DirectError} */
  requestStream(value: Request, timing: RequestTiming): Promise<StreamedAnswer<Response>> {
    return new Promise((resolve, reject) => {
      const payload = this.#encode(value)
      this.#inTurn(timing, reject, () => resolve(this.#startStream(payload, timing)))
    })
  }

  /** Resolves when the notification is queued to leave. @throws {DirectError} */
  notify(value: Request, timing: RequestTiming): Promise<void> {
    return new Promise((resolve, reject) => {
      const payload = this.#encode(value)
      this.#inTurn(timing, reject, () => {
        this.#counters.requestsSent++
        this.#send(frameHeader(Kind.NOTIFY, 0, payload.byteLength), payload)
        resolve()
      })
    })
  }

  /** Ends the stream: cleanly, when nothing is pending, or at once when `error` is given. */
  async close(error?: DirectError): Promise<void> {
    if (error !== undefined) {
      this.#end(error)
      this.#frames.abort(error)
    } else await this.#frames.close()
    await this.done
  }

  get #isFree(): boolean {
    return this.#ended === undefined && this.#pending.size < this.#options.maxInFlight && this.#frames.hasRoom
  }

  /** Calls `start` at once or when its turn comes, or `fail`. */
  #inTurn(timing: RequestTiming, fail: (error: DirectError) => void, start: () => void): void {
    if (timing.signal?.aborted === true) fail(abortedError(this.#protocol.id, timing.signal))
    else if (this.#ended !== undefined) fail(this.#ended)
    else if (this.#turns.size === 0 && this.#isFree) start()
    else if (this.#turns.size >= this.#options.maxWaiting)
      fail(
        new DirectError(
          'refused',
          `${this.#turns.size} requests of ${this.#protocol.id} already wait for this peer, the limit is maxWaiting = ${this.#options.maxWaiting}`,
        ),
      )
    else {
      this.#turns.wait({
        deadlineMs: timing.deadlineMs,
        timeoutMs: timing.timeoutMs,
        signal: timing.signal,
        start,
        fail: reason =>
          fail(
            reason === 'timeout'
              ? timeoutError(this.#protocol.id, timing.timeoutMs)
              : reason === 'aborted'
                ? abortedError(this.#protocol.id, timing.signal)
                : this.#ended!,
          ),
      })
      this.#next()
    }
  }

  #start(
    payload: Uint8Array,
    { deadlineMs, timeoutMs, signal }: RequestTiming,
    resolve: (value: Response) => void,
    reject: (error: Error) => void,
  ): void {
    const id = ++this.#lastId
    const onAbort = signal === undefined ? undefined : this.#abortOn(signal, id)
    this.#pending.set(id, { deadlineMs, timeoutMs, resolve, reject, signal, onAbort })
    this.#deadlines.watch(deadlineMs)
    this.#counters.requestsSent++
    this.#send(frameHeader(Kind.REQUEST, id, payload.byteLength), payload)
  }

  #startStream(payload: Uint8Array, { timeoutMs, signal }: RequestTiming): StreamedAnswer<Response> {
    const id = ++this.#lastId
    const onAbort = signal === undefined ? undefined : this.#abortOn(signal, id)
    const answer = new StreamedAnswer<Response>({
      windowBytes: this.#options.streamWindowBytes,
      timeoutMs,
      decode: bytes => this.#decode(bytes),
      grant: bytes => this.#send(frameHeader(Kind.CREDIT, id, 0, bytes)),
      cancel: () => this.#settle(id, undefined, true),
      watch: deadlineMs => this.#deadlines.watch(deadlineMs),
      release: () => onAbort !== undefined && signal?.removeEventListener('abort', onAbort),
    })
    this.#pending.set(id, answer)
    this.#counters.requestsSent++
    this.#send(frameHeader(Kind.REQUEST, id, payload.byteLength, this.#options.streamWindowBytes), payload)
    return answer
  }

  #abortOn(signal: AbortSignal, id: number): () => void {
    const onAbort = (): void => this.#settle(id, abortedError(this.#protocol.id, signal), true)
    signal.addEventListener('abort', onAbort, { once: true })
    return onAbort
  }

  async #run(): Promise<void> {
    try {
      await readFrames(this.#frames, this.#watch, frame => this.#onFrame(frame))
      this.#end(new DirectError('disconnected', `the peer closed the stream of ${this.#protocol.id}`))
      await this.#frames.close()
    } catch (error) {
      if (isBreach(error)) this.#cut(error as Error)
      else this.#break(error as Error)
    } finally {
      this.#watch.stop()
    }
  }

  #cut(error: Error): void {
    this.#counters.streamsCut++
    this.#break(error)
  }

  #break(error: Error): void {
    this.#end(
      new DirectError('disconnected', `the stream of ${this.#protocol.id} broke: ${error.message}`, { cause: error }),
    )
    this.#frames.abort(error)
  }

  #end(error: DirectError): void {
    this.#ended ??= error
    for (const id of this.#pending.keys()) this.#settle(id, this.#ended, false)
    for (const turn of this.#turns.end()) turn.fail('ended')
    this.#deadlines.stop()
  }

  #onFrame(frame: Frame): void {
    if (frame.id === 0 || frame.id > this.#lastId)
      throw new DirectError('malformed', `answer to request ${frame.id}, which was never made`)
    const pending = this.#pending.get(frame.id)
    this.wasUsed = true
    // the answer crossed with our CANCEL
    if (pending === undefined) return
    switch (frame.kind) {
      case Kind.RESPONSE:
        if (pending instanceof StreamedAnswer) {
          // a handler that gave one value to a caller who asked for a stream: a stream of one
          this.#item(frame.id, pending, frame.payload)
          this.#counters.answersReceived++
          this.#settle(frame.id, undefined, false)
        } else this.#answer(frame.id, pending, frame.payload)
        return
      case Kind.ITEM:
        if (!(pending instanceof StreamedAnswer))
          throw new DirectError('malformed', `a streamed answer to request ${frame.id}, which asked for one answer`)
        this.#item(frame.id, pending, frame.payload)
        return
      case Kind.END:
        if (!(pending instanceof StreamedAnswer))
          throw new DirectError(
            'malformed',
            `the end of a streamed answer to request ${frame.id}, which asked for one answer`,
          )
        this.#counters.answersReceived++
        this.#settle(frame.id, undefined, false)
        return
      case Kind.ERROR:
        this.#settle(frame.id, remoteError(frame, this.#protocol.id), false)
        return
      default:
        throw new DirectError('malformed', `frame kind ${frame.kind} is not an answer`)
    }
  }

  #item(id: number, answer: StreamedAnswer<Response>, payload: Uint8Array): void {
    if (!answer.push(payload)) throw new DirectError('malformed', `more items than granted for request ${id}`)
  }

  #answer(id: number, pending: Pending<Response>, payload: Uint8Array): void {
    let value: Response
    try {
      value = this.#decode(payload)
    } catch (error) {
      this.#settle(id, error as Error, false)
      return
    }
    this.#pending.delete(id)
    if (pending.onAbort !== undefined) pending.signal?.removeEventListener('abort', pending.onAbort)
    this.#counters.answersReceived++
    pending.resolve(value)
    this.#next()
  }

  /** `weGaveUp`: the peer is told, and what it sent but nobody read is dropped. */
  #settle(id: number, error: Error | undefined, weGaveUp: boolean): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    if (weGaveUp) this.#send(frameHeader(Kind.CANCEL, id, 0))
    if (error !== undefined) this.#counters.requestsFailed++
    if (pending instanceof StreamedAnswer) {
      if (error === undefined) pending.end()
      else pending.fail(error, weGaveUp)
    } else {
      if (pending.onAbort !== undefined) pending.signal?.removeEventListener('abort', pending.onAbort)
      if (error !== undefined) pending.reject(error)
    }
    this.#next()
  }

  #next(): void {
    if (this.#turns.size === 0) return
    this.#turns.next()
    if (this.#turns.size > 0 && !this.#frames.hasRoom) void this.#awaitRoom()
  }

  async #awaitRoom(): Promise<void> {
    if (this.#awaitsRoom || this.#ended !== undefined) return
    this.#awaitsRoom = true
    try {
      await this.#frames.room()
    } catch {
      // the stream is broken: #run ends the session, and with it all that wait
      return
    } finally {
      this.#awaitsRoom = false
    }
    this.#next()
  }

  #expire(id: number, entry: Pending<Response> | StreamedAnswer<Response>): void {
    this.#settle(id, timeoutError(this.#protocol.id, entry.timeoutMs), true)
  }

  #send(header: Uint8Array, payload: Uint8Array = EMPTY): void {
    if (this.#ended !== undefined) return
    this.wasUsed = true
    this.#watch.framesSent++
    try {
      this.#frames.enqueue(payload, header)
    } catch (error) {
      this.#break(error as Error)
    }
  }

  #encode(value: Request): Uint8Array {
    return encodeMessage(
      this.#protocol.request,
      value,
      this.#protocol.maxRequestBytes,
      `request of ${this.#protocol.id}`,
    )
  }

  #decode(payload: Uint8Array): Response {
    if (payload.byteLength > this.#protocol.maxResponseBytes) {
      throw new DirectError(
        'too-large',
        `answer of ${this.#protocol.id} is ${payload.byteLength} bytes, the limit is maxResponseBytes = ${this.#protocol.maxResponseBytes}`,
      )
    }
    try {
      return this.#protocol.response.decode(payload)
    } catch (error) {
      throw new DirectError(
        'malformed',
        `answer of ${this.#protocol.id} could not be decoded: ${(error as Error).message}`,
        { cause: error },
      )
    }
  }
}

function timeoutError(what: string, timeoutMs: number): DirectError {
  return new DirectError('timeout', `${what}: no answer within ${timeoutMs} ms`)
}

function abortedError(what: string, signal: AbortSignal | undefined): DirectError {
  return new DirectError('aborted', `${what} was aborted by its caller`, { cause: signal?.reason })
}
