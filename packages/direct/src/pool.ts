import { isPeerId } from '@libp2p/interface'
import { frameStream } from '@stoa/codec'
import { ClientSession } from './client-session.ts'
import { DirectError } from './errors.ts'
import { MAX_HEADER_BYTES } from './frame.ts'
import { openError } from './open-error.ts'
import type { RequestTiming } from './client-session.ts'
import type { ProtocolCounters } from './counters.ts'
import type { DirectComponents, Target } from './direct.ts'
import type { DirectOptions } from './options.ts'
import type { Protocol } from './protocol.ts'
import type { Connection, PeerId } from '@libp2p/interface'

type AnySession = ClientSession<unknown, unknown>

/** The streams that we opened: one for each peer and protocol, kept while it is of use, because opening one costs a round trip and ten requests' work. */
export class Pool {
  readonly #components: Pick<DirectComponents, 'connectionManager'>
  readonly #options: DirectOptions
  readonly #countersOf: (protocol: string) => ProtocolCounters
  readonly #sessions = new Map<string, Map<string, AnySession>>()
  readonly #opening = new Map<string, Promise<AnySession>>()
  #sweep: ReturnType<typeof setInterval> | undefined

  constructor(
    components: Pick<DirectComponents, 'connectionManager'>,
    options: DirectOptions,
    countersOf: (protocol: string) => ProtocolCounters,
  ) {
    this.#components = components
    this.#options = options
    this.#countersOf = countersOf
  }

  /** The open stream to a peer, if there is one. */
  ready<Request, Response>(
    peer: PeerId,
    protocol: Protocol<Request, Response>,
  ): ClientSession<Request, Response> | undefined {
    const session = this.#sessions.get(protocol.id)?.get(peer.toString())
    return session?.isUsable === true ? (session as unknown as ClientSession<Request, Response>) : undefined
  }

  /** @throws {DirectError} saying why there is no stream. */
  async open<Request, Response>(
    target: Target,
    protocol: Protocol<Request, Response>,
    options: RequestTiming,
  ): Promise<ClientSession<Request, Response>> {
    const what = `${protocol.id} with ${isPeerId(target) ? target.toString() : String(target)}`
    const aborted = (): DirectError =>
      new DirectError('aborted', `${what} was aborted by its caller`, { cause: options.signal?.reason })
    if (isAborted(options.signal)) throw aborted()
    const timeout = AbortSignal.timeout(options.timeoutMs)
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
    let wasConnected = false
    try {
      const connection = await this.#components.connectionManager.openConnection(target, { signal })
      wasConnected = true
      const key = `${connection.remotePeer.toString()} ${protocol.id}`
      const ready = this.ready(connection.remotePeer, protocol)
      if (ready !== undefined) return ready
      // many may ask at once: the first opens for all, and its own deadline does not cut the others short
      let opening = this.#opening.get(key)
      if (opening === undefined) {
        opening = this.#openSession(connection, protocol as unknown as Protocol<unknown, unknown>).finally(() =>
          this.#opening.delete(key),
        )
        this.#opening.set(key, opening)
      }
      return (await orAborted(opening, signal)) as unknown as ClientSession<Request, Response>
    } catch (error) {
      if (isAborted(options.signal)) throw aborted()
      if (timeout.aborted)
        throw new DirectError(
          'timeout',
          `${what}: ${wasConnected ? 'no stream' : 'no connection'} within ${options.timeoutMs} ms`,
          { cause: error },
        )
      throw openError(error, what, wasConnected)
    }
  }

  status(protocol: string): { streamsOut: number; requestsInFlight: number } {
    const sessions = [...(this.#sessions.get(protocol)?.values() ?? [])]
    return {
      streamsOut: sessions.length,
      requestsInFlight: sessions.reduce((sum, session) => sum + session.inFlight, 0),
    }
  }

  async close(reason: DirectError): Promise<void> {
    clearInterval(this.#sweep)
    this.#sweep = undefined
    await Promise.all(
      [...this.#sessions.values()].flatMap(byPeer => [...byPeer.values()]).map(session => session.close(reason)),
    )
  }

  async #openSession(connection: Connection, protocol: Protocol<unknown, unknown>): Promise<AnySession> {
    const stream = await connection.newStream(protocol.id, {
      signal: AbortSignal.timeout(this.#options.requestTimeoutMs),
      runOnLimitedConnection: true,
    })
    const frames = frameStream(stream, {
      maxFrameBytes: Math.max(protocol.maxRequestBytes, protocol.maxResponseBytes) + MAX_HEADER_BYTES,
    })
    const session = new ClientSession(frames, protocol, this.#options, this.#countersOf(protocol.id))
    this.#keep(connection.remotePeer.toString(), protocol.id, session)
    return session
  }

  #keep(peer: string, protocol: string, session: AnySession): void {
    let byPeer = this.#sessions.get(protocol)
    if (byPeer === undefined) this.#sessions.set(protocol, (byPeer = new Map()))
    byPeer.set(peer, session)
    this.#sweep ??= setInterval(() => this.#closeIdle(), Math.max(1_000, this.#options.idleStreamMs / 4))
    ;(this.#sweep as { unref?: () => void }).unref?.()
    void session.done.finally(() => {
      if (byPeer.get(peer) === session) byPeer.delete(peer)
    })
  }

  #closeIdle(): void {
    const before = Date.now() - this.#options.idleStreamMs
    for (const byPeer of this.#sessions.values()) {
      for (const [peer, session] of byPeer) {
        if (session.load > 0 || session.lastUsedMs > before) continue
        // out of the pool first: a request that comes now opens a new stream
        byPeer.delete(peer)
        void session.close()
      }
    }
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    if (signal.aborted) onAbort()
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
    promise.catch(() => {})
    aborted.promise.catch(() => {})
  }
}
