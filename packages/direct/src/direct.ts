import { isPeerId, serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { frameStream } from '@stoa/codec'
import { noCounts } from './counters.ts'
import { nowMs } from './deadlines.ts'
import { DirectError } from './errors.ts'
import { maxFrameBytes } from './frame.ts'
import { checkTimeout, resolveOptions } from './options.ts'
import { Pool } from './pool.ts'
import { ServerSession } from './server-session.ts'
import type { DirectComponents, Target } from './components.ts'
import type { ClientSession, RequestTiming } from './client-session.ts'
import type { ProtocolCounters } from './counters.ts'
import type { DirectInit, DirectOptions } from './options.ts'
import type { Handler, Protocol } from './protocol.ts'
import type { Served } from './served.ts'
import type { Connection, Logger, Startable, Stream } from '@libp2p/interface'

export interface RequestOptions {
  /** Gives up; the peer's handler is told. */
  signal?: AbortSignal
  /** For the whole request, connection included; for a streamed answer, for each item. In ms, default `requestTimeoutMs`. */
  timeoutMs?: number
}

export interface ProtocolStatus extends ProtocolCounters {
  protocol: string
  /** Streams that we opened and hold. */
  streamsOut: number
  /** Streams that peers opened. */
  streamsIn: number
  /** Our requests that await their answer. */
  requestsInFlight: number
  /** Handlers running now. */
  handlersRunning: number
}

/** Compared by identity: the usual request has none, and takes the short way. */
const NO_OPTIONS: RequestOptions = {}

/** Typed requests to one peer over libp2p: spec/direct.md. */
export class DirectService implements Startable {
  readonly [Symbol.toStringTag] = '@stoa/direct'
  readonly [serviceCapabilities]: string[] = ['@stoa/direct']
  readonly [serviceDependencies]: string[] = ['@libp2p/connection-encryption', '@libp2p/stream-multiplexing']

  readonly #components: DirectComponents
  readonly #options: DirectOptions
  readonly #log: Logger
  readonly #served = new Map<string, Served<never, unknown>>()
  readonly #counters = new Map<string, ProtocolCounters>()
  readonly #pool: Pool
  #reported = noCounts()
  #running = false

  constructor(components: DirectComponents, options: DirectOptions) {
    this.#components = components
    this.#options = options
    this.#log = components.logger.forComponent('stoa:direct')
    this.#pool = new Pool(components, options, protocol => this.#countersOf(protocol))
    components.metrics?.registerCounterGroup('stoa_direct_events_total', {
      label: 'event',
      help: 'Requests, answers, refusals and cut streams of all direct protocols',
      calculate: () => this.#countsSinceLast(),
    })
  }

  get isStarted(): boolean {
    return this.#running
  }

  async start(): Promise<void> {
    this.#running = true
    this.#pool.open()
    await Promise.all([...this.#served.keys()].map(id => this.#register(id)))
  }

  async stop(): Promise<void> {
    this.#running = false
    const reason = new DirectError('stopped', 'direct() was stopped')
    await Promise.all([...this.#served.keys()].map(id => this.#components.registrar.unhandle(id)))
    for (const { sessions } of this.#served.values()) for (const session of sessions) session.stop(reason)
    await this.#pool.close(reason)
  }

  /**
   * Answers a protocol. Dispose what it returns to stop answering: requests that are being handled are refused.
   * @throws {TypeError} when the protocol is answered already.
   */
  async handle<Request, Response>(
    protocol: Protocol<Request, Response>,
    handler: Handler<Request, Response>,
  ): Promise<AsyncDisposable> {
    if (this.#served.has(protocol.id)) throw new TypeError(`${protocol.id} has a handler already`)
    const served: Served<Request, Response> = {
      protocol,
      handler,
      counters: this.#countersOf(protocol.id),
      sessions: new Set(),
      running: 0,
      peers: new Map(),
    }
    this.#served.set(protocol.id, served as unknown as Served<never, unknown>)
    const forget = (): boolean =>
      this.#served.get(protocol.id) === (served as unknown) && this.#served.delete(protocol.id)
    try {
      if (this.#running) await this.#register(protocol.id)
    } catch (error) {
      forget()
      throw error
    }
    return {
      [Symbol.asyncDispose]: async () => {
        if (!forget()) return
        if (this.#running) await this.#components.registrar.unhandle(protocol.id)
        const reason = `${protocol.id} is no longer answered`
        await Promise.all([...served.sessions].map(session => session.refuseAll(reason)))
      },
    }
  }

  /** Asks a peer and waits for its answer. @throws {DirectError} */
  request<Request, Response>(
    target: Target,
    protocol: Protocol<Request, Response>,
    value: Request,
    options: RequestOptions = NO_OPTIONS,
  ): Promise<Response> {
    const session = isPeerId(target) ? this.#pool.ready(target, protocol) : undefined
    // nothing to open: straight to the stream, in this same turn of the event loop
    if (session !== undefined && options === NO_OPTIONS) {
      const timeoutMs = this.#options.requestTimeoutMs
      return session.request(value, { timeoutMs, deadlineMs: nowMs() + timeoutMs })
    }
    return this.#withSession(target, protocol, options, (opened, timing) => opened.request(value, timing))
  }

  /**
   * Asks a peer and reads its answer item by item. The peer is asked at the first `next()`; leaving the loop tells it to stop; it runs at most
   * `streamWindowBytes` and one item ahead of the reader. @throws {DirectError} from the loop.
   */
  async *stream<Request, Response>(
    target: Target,
    protocol: Protocol<Request, Response>,
    value: Request,
    options: RequestOptions = NO_OPTIONS,
  ): AsyncGenerator<Response, void, undefined> {
    yield* await this.#withSession(target, protocol, options, (session, timing) => session.requestStream(value, timing))
  }

  /** Tells a peer something and waits for no answer: resolves when it is on its way. @throws {DirectError} when it could not be sent. */
  async notify<Request>(
    target: Target,
    protocol: Protocol<Request, unknown>,
    value: Request,
    options: RequestOptions = NO_OPTIONS,
  ): Promise<void> {
    await this.#withSession(target, protocol, options, (session, timing) => session.notify(value, timing))
  }

  /** What each protocol has done so far and is doing now. */
  status(): ProtocolStatus[] {
    return [...this.#counters].map(([protocol, counters]) => ({
      protocol,
      ...counters,
      ...this.#pool.status(protocol),
      streamsIn: this.#served.get(protocol)?.sessions.size ?? 0,
      handlersRunning: this.#served.get(protocol)?.running ?? 0,
    }))
  }

  async #withSession<Request, Response, Result>(
    target: Target,
    protocol: Protocol<Request, Response>,
    options: RequestOptions,
    use: (session: ClientSession<Request, Response>, timing: RequestTiming) => Promise<Result>,
  ): Promise<Result> {
    if (!this.#running) throw new DirectError('stopped', 'direct() is not started')
    const timeoutMs = checkTimeout(options.timeoutMs ?? this.#options.requestTimeoutMs)
    const timing = { timeoutMs, deadlineMs: nowMs() + timeoutMs, signal: options.signal }
    const ready = isPeerId(target) ? this.#pool.ready(target, protocol) : undefined
    return use(ready ?? (await this.#pool.connect(target, protocol, timing)), timing)
  }

  async #register(id: string): Promise<void> {
    await this.#components.registrar.handle(id, (stream, connection) => this.#serve(id, stream, connection), {
      maxInboundStreams: this.#options.maxInboundStreams,
      // requests are small and bounded: peers behind a relay may ask too
      runOnLimitedConnection: true,
    })
  }

  #serve(id: string, stream: Stream, connection: Connection): void {
    const served = this.#served.get(id)
    if (served === undefined) {
      stream.abort(new DirectError('refused', `${id} is no longer answered`))
      return
    }
    const frames = frameStream(stream, { maxFrameBytes: maxFrameBytes(served.protocol) })
    void new ServerSession(frames, served, connection.remotePeer, this.#options, this.#log).run()
  }

  #countersOf(protocol: string): ProtocolCounters {
    let counters = this.#counters.get(protocol)
    if (counters === undefined) this.#counters.set(protocol, (counters = noCounts()))
    return counters
  }

  /** libp2p's metrics add what they get to what they have. */
  #countsSinceLast(): Record<keyof ProtocolCounters, number> {
    const now = noCounts()
    for (const counters of this.#counters.values()) {
      for (const name of Object.keys(now) as Array<keyof ProtocolCounters>) now[name] += counters[name]
    }
    const since = { ...now }
    for (const name of Object.keys(now) as Array<keyof ProtocolCounters>) since[name] -= this.#reported[name]
    this.#reported = now
    return since
  }
}

/** A libp2p service: `createLibp2p({ services: { direct: direct() } })`. @throws {TypeError} when an option is not one it takes. */
export function direct(init: DirectInit = {}): (components: DirectComponents) => DirectService {
  const options = resolveOptions(init)
  return components => new DirectService(components, options)
}
