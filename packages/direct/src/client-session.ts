import { Deadlines } from './deadlines.ts'
import { encodeMessage } from './encode-message.ts'
import { DirectError } from './errors.ts'
import { frameHeader, Kind, WireError } from './frame.ts'
import { readFrames } from './read-frames.ts'
import { StreamedAnswer } from './streamed-answer.ts'
import type { ProtocolCounters } from './counters.ts'
import type { Due } from './deadlines.ts'
import type { DirectCode } from './errors.ts'
import type { Frame } from './frame.ts'
import type { DirectOptions } from './options.ts'
import type { Protocol } from './protocol.ts'
import type { FrameStream } from '@stoa/codec'

const EMPTY = new Uint8Array(0)
const LAST_ID = 2 ** 32 - 1
const text = new TextDecoder()

/** A request that awaits its answer. */
interface Pending<Response> extends Due {
  timeoutMs: number
  resolve: (value: Response) => void
  reject: (error: Error) => void
}

export interface RequestTiming {
  timeoutMs: number
  signal?: AbortSignal
}

/** The requesting end of one stream: many requests share it, each with an id, and their answers come in any order. */
export class ClientSession<Request, Response> {
  readonly #frames: FrameStream
  readonly #protocol: Protocol<Request, Response>
  readonly #options: DirectOptions
  readonly #counters: ProtocolCounters
  readonly #pending = new Map<number, Pending<Response> | StreamedAnswer<Response>>()
  readonly #deadlines = new Deadlines(this.#pending, (id, entry) => this.#expire(id, entry))
  #waiting: Array<PromiseWithResolvers<void>> = []
  #lastId = 0
  #ended: DirectError | undefined
  lastUsedMs = Date.now()
  readonly done: Promise<void>

  constructor(
    frames: FrameStream,
    protocol: Protocol<Request, Response>,
    options: DirectOptions,
    counters: ProtocolCounters,
  ) {
    this.#frames = frames
    this.#protocol = protocol
    this.#options = options
    this.#counters = counters
    this.done = this.#run()
  }

  get isUsable(): boolean {
    return this.#ended === undefined && this.#frames.stream.isOpen && this.#lastId < LAST_ID
  }

  /** Requests that await their answer or their turn. */
  get load(): number {
    return this.#pending.size + this.#waiting.length
  }

  get inFlight(): number {
    return this.#pending.size
  }

  request(value: Request, timing: RequestTiming): Promise<Response> {
    // nothing to wait for, the usual case: no other promise than the answer's
    if (timing.signal === undefined && this.#mayStart) return this.#start(this.#encode(value), timing.timeoutMs)
    return this.#requestInTurn(value, timing)
  }

  async requestStream(value: Request, timing: RequestTiming): Promise<StreamedAnswer<Response>> {
    const payload = this.#encode(value)
    const signal = timing.signal
    await this.#turn(timing, Date.now() + timing.timeoutMs)
    const id = ++this.#lastId
    const onAbort = (): void => this.#settle(id, abortedError(this.#protocol.id, signal), true)
    signal?.addEventListener('abort', onAbort, { once: true })
    const answer = new StreamedAnswer<Response>({
      windowBytes: this.#options.streamWindowBytes,
      timeoutMs: timing.timeoutMs,
      decode: bytes => this.#decode(bytes),
      grant: bytes => this.#send(frameHeader(Kind.CREDIT, id, 0, bytes)),
      cancel: () => this.#settle(id, undefined, true),
      watch: deadlineMs => this.#deadlines.watch(deadlineMs),
      release: () => signal?.removeEventListener('abort', onAbort),
    })
    this.#pending.set(id, answer)
    this.#count()
    this.#frames.enqueue(payload, frameHeader(Kind.REQUEST, id, payload.byteLength, this.#options.streamWindowBytes))
    return answer
  }

  async notify(value: Request, timing: RequestTiming): Promise<void> {
    const payload = this.#encode(value)
    await this.#turn(timing, Date.now() + timing.timeoutMs)
    this.#count()
    this.#frames.enqueue(payload, frameHeader(Kind.NOTIFY, 0, payload.byteLength))
    if (!this.#frames.hasRoom) await this.#room(timing, Date.now() + timing.timeoutMs)
    this.#next()
  }

  /** Ends the stream once nothing is pending, or at once when `error` is given. */
  async close(error?: DirectError): Promise<void> {
    if (error !== undefined) {
      this.#end(error)
      this.#frames.abort(error)
    } else await this.#frames.close()
    await this.done
  }

  get #mayStart(): boolean {
    return (
      this.#ended === undefined &&
      this.#pending.size < this.#options.maxInFlight &&
      this.#waiting.length === 0 &&
      this.#frames.hasRoom
    )
  }

  #count(): void {
    this.#counters.requestsSent++
    this.lastUsedMs = Date.now()
  }

  #start(payload: Uint8Array, timeoutMs: number, onId?: (id: number) => void): Promise<Response> {
    const id = ++this.#lastId
    const deadlineMs = Date.now() + timeoutMs
    const answer = new Promise<Response>((resolve, reject) =>
      this.#pending.set(id, { deadlineMs, timeoutMs, resolve, reject }),
    )
    this.#deadlines.watch(deadlineMs)
    this.#count()
    onId?.(id)
    try {
      this.#frames.enqueue(payload, frameHeader(Kind.REQUEST, id, payload.byteLength))
    } catch (error) {
      this.#settle(
        id,
        new DirectError('disconnected', `the stream of ${this.#protocol.id} broke`, { cause: error }),
        false,
      )
    }
    return answer
  }

  async #requestInTurn(value: Request, timing: RequestTiming): Promise<Response> {
    const payload = this.#encode(value)
    const startedMs = Date.now()
    await this.#turn(timing, startedMs + timing.timeoutMs)
    const signal = timing.signal
    let onAbort: (() => void) | undefined
    try {
      return await this.#start(payload, Math.max(1, timing.timeoutMs - (Date.now() - startedMs)), id => {
        onAbort = () => this.#settle(id, abortedError(this.#protocol.id, signal), true)
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    } finally {
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Waits until one more request may start. */
  async #turn(timing: RequestTiming, deadlineMs: number): Promise<void> {
    if (timing.signal?.aborted === true) throw abortedError(this.#protocol.id, timing.signal)
    while (!this.#mayStart) {
      if (this.#ended !== undefined) throw this.#ended
      if (this.#pending.size < this.#options.maxInFlight && !this.#frames.hasRoom) {
        await this.#room(timing, deadlineMs)
        if (this.#waiting.length === 0) continue
      }
      if (this.#waiting.length >= this.#options.maxWaiting) {
        throw new DirectError(
          'refused',
          `${this.#waiting.length} requests of ${this.#protocol.id} already wait for this peer, the limit is maxWaiting = ${this.#options.maxWaiting}`,
        )
      }
      const turn = Promise.withResolvers<void>()
      this.#waiting.push(turn)
      try {
        await this.#orTimeout(turn.promise, timing, deadlineMs)
        return
      } finally {
        const position = this.#waiting.indexOf(turn)
        if (position >= 0) this.#waiting.splice(position, 1)
      }
    }
  }

  async #room(timing: RequestTiming, deadlineMs: number): Promise<void> {
    await this.#orTimeout(this.#frames.room(), timing, deadlineMs).catch((error: unknown) => {
      throw error instanceof DirectError
        ? error
        : (this.#ended ?? new DirectError('disconnected', `the stream of ${this.#protocol.id} broke`, { cause: error }))
    })
  }

  async #orTimeout(promise: Promise<void>, { timeoutMs, signal }: RequestTiming, deadlineMs: number): Promise<void> {
    const given = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => given.reject(timeoutError(this.#protocol.id, timeoutMs)),
      Math.max(1, deadlineMs - Date.now()),
    )
    const onAbort = (): void => given.reject(abortedError(this.#protocol.id, signal))
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([promise, given.promise])
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      promise.catch(() => {})
    }
  }

  async #run(): Promise<void> {
    try {
      await readFrames(this.#frames, this.#options.stallTimeoutMs, frame => this.#onFrame(frame))
      this.#end(new DirectError('disconnected', `the peer closed the stream of ${this.#protocol.id}`))
      await this.#frames.close()
    } catch (error) {
      if (error instanceof DirectError || (error as Error).name === 'FrameError') this.#counters.streamsCut++
      this.#end(
        new DirectError('disconnected', `the stream of ${this.#protocol.id} broke: ${(error as Error).message}`, {
          cause: error,
        }),
      )
      this.#frames.abort(error as Error)
    }
  }

  #end(error: DirectError): void {
    this.#ended ??= error
    this.#deadlines.stop()
    for (const id of this.#pending.keys()) this.#settle(id, this.#ended, false)
    for (const turn of this.#waiting) turn.reject(this.#ended)
  }

  #onFrame(frame: Frame): void {
    if (frame.id === 0 || frame.id > this.#lastId)
      throw new DirectError('malformed', `answer to request ${frame.id}, which was never made`)
    const pending = this.#pending.get(frame.id)
    // the answer crossed with our CANCEL, or came after its timeout
    if (pending === undefined) return
    switch (frame.kind) {
      case Kind.RESPONSE:
        if (pending instanceof StreamedAnswer) {
          pending.push(frame.payload)
          this.#settle(frame.id, undefined, false)
        } else this.#answer(frame.id, pending, frame.payload)
        return
      case Kind.ITEM:
        if (!(pending instanceof StreamedAnswer))
          throw new DirectError('malformed', `a streamed answer to request ${frame.id}, which asked for one answer`)
        if (!pending.push(frame.payload))
          throw new DirectError('malformed', `more items than granted for request ${frame.id}`)
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

  #answer(id: number, pending: Pending<Response>, payload: Uint8Array): void {
    let value: Response
    try {
      value = this.#decode(payload)
    } catch (error) {
      this.#settle(id, error as Error, false)
      return
    }
    this.#pending.delete(id)
    this.#counters.answersReceived++
    pending.resolve(value)
    this.#next()
  }

  #settle(id: number, error: Error | undefined, tellPeer: boolean): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    if (tellPeer) this.#send(frameHeader(Kind.CANCEL, id, 0))
    if (error !== undefined) this.#counters.requestsFailed++
    if (pending instanceof StreamedAnswer) {
      if (error === undefined) pending.end()
      else pending.fail(error)
    } else if (error !== undefined) pending.reject(error)
    this.#next()
  }

  #next(): void {
    if (this.#waiting.length > 0 && this.#pending.size < this.#options.maxInFlight) this.#waiting.shift()!.resolve()
  }

  #expire(id: number, entry: Pending<Response> | StreamedAnswer<Response>): void {
    this.#settle(id, timeoutError(this.#protocol.id, entry.timeoutMs), true)
  }

  #send(header: Uint8Array): void {
    if (this.#ended !== undefined) return
    try {
      this.#frames.enqueue(EMPTY, header)
    } catch {
      // the stream is broken: #run ends the session
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

const CODES: Record<number, DirectCode> = {
  [WireError.FAILED]: 'failed',
  [WireError.REFUSED]: 'refused',
  [WireError.TOO_LARGE]: 'too-large',
  [WireError.MALFORMED]: 'malformed',
  [WireError.TIMEOUT]: 'timeout',
  [WireError.IS_STREAM]: 'malformed',
}

function remoteError(frame: Frame, protocol: string): DirectError {
  const code = CODES[frame.error] ?? 'failed'
  // printable, so that a peer cannot write escape sequences to our terminal through an error's text
  const reason = text.decode(frame.payload.subarray(0, 1_024)).replaceAll(/\p{Cc}/gu, ' ')
  return new DirectError(code, `${protocol}: the peer answered ${code}${reason === '' ? '' : `: ${reason}`}`)
}
