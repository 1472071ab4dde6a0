import { isPeerId } from '@libp2p/interface'
import { CODE_P2P } from '@multiformats/multiaddr'
import { frameStream } from '@stoa/codec'
import { ClientSession } from './client-session.ts'
import { nowMs } from './deadlines.ts'
import { DirectError } from './errors.ts'
import { maxFrameBytes } from './frame.ts'
import { GiveUp } from './give-up.ts'
import { openError } from './open-error.ts'
import type { RequestTiming } from './client-session.ts'
import type { ProtocolCounters } from './counters.ts'
import type { DirectComponents, Target } from './components.ts'
import type { Reached } from './open-error.ts'
import type { DirectOptions } from './options.ts'
import type { Protocol } from './protocol.ts'
import type { Connection, PeerId } from '@libp2p/interface'

type AnySession = ClientSession<unknown, unknown>
type AnyProtocol = Protocol<unknown, unknown>

/** The streams that we opened: one for each peer and protocol, kept while it is of use, because opening one costs a round trip and ten requests' work. */
export class Pool {
  readonly #components: Pick<DirectComponents, 'connectionManager'>
  readonly #options: DirectOptions
  readonly #countersOf: (protocol: string) => ProtocolCounters
  readonly #sessions = new Map<string, Map<string, AnySession>>()
  /** All sessions that have not ended, with those that gave their place to another. */
  readonly #all = new Set<AnySession>()
  readonly #opening = new Map<string, Promise<AnySession>>()
  #stopped = new AbortController()
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

  open(): void {
    this.#stopped = new AbortController()
  }

  /** Ends all streams, and all attempts to open one. */
  async close(reason: DirectError): Promise<void> {
    this.#stopped.abort(reason)
    this.#opening.clear()
    await Promise.all([...this.#all].map(session => session.close(reason)))
  }

  /** The open stream to a peer, if there is one that takes another request. */
  ready<Request, Response>(
    peer: PeerId,
    protocol: Protocol<Request, Response>,
  ): ClientSession<Request, Response> | undefined {
    const session = this.#sessions.get(protocol.id)?.get(peer.toString())
    return session?.isUsable === true ? (session as unknown as ClientSession<Request, Response>) : undefined
  }

  /** Dials when it must, and opens a stream. @throws {DirectError} saying why there is none. */
  async connect<Request, Response>(
    target: Target,
    protocol: Protocol<Request, Response>,
    timing: RequestTiming,
  ): Promise<ClientSession<Request, Response>> {
    const what = `${protocol.id} with ${isPeerId(target) ? target.toString() : String(target)}`
    const reached: Reached = { connection: undefined, isFresh: true }
    const giveUp = new GiveUp(what, timing, this.#stopped.signal)
    try {
      giveUp.signal.throwIfAborted()
      for (;;) {
        try {
          const connection = await this.#dial(target, giveUp.signal, reached)
          const session = await giveUp.race(this.#sessionOn(connection, protocol as unknown as AnyProtocol))
          return session as unknown as ClientSession<Request, Response>
        } catch (error) {
          // a connection that was dead already, and nobody had noticed: nothing was asked yet, so the peer may be dialled anew
          const isStale = reached.connection !== undefined && reached.connection.status !== 'open' && !reached.isFresh
          if (!isStale || giveUp.signal.aborted) throw error
        }
      }
    } catch (error) {
      throw giveUp.signal.aborted ? giveUp.signal.reason : openError(error, what, reached)
    } finally {
      giveUp.release()
    }
  }

  status(protocol: string): { streamsOut: number; requestsInFlight: number } {
    const sessions = [...(this.#sessions.get(protocol)?.values() ?? [])]
    return {
      streamsOut: sessions.length,
      requestsInFlight: sessions.reduce((sum, session) => sum + session.inFlight, 0),
    }
  }

  async #dial(target: Target, signal: AbortSignal, reached: Reached): Promise<Connection> {
    reached.connection = undefined
    const held = new Set(this.#components.connectionManager.getConnections(isPeerId(target) ? target : undefined))
    const connection = await this.#components.connectionManager.openConnection(target, { signal })
    reached.connection = connection
    reached.isFresh = !held.has(connection)
    const wanted = isPeerId(target) ? target.toString() : peerIn(target)
    // not every transport checks who answers: what is meant for one peer must not reach another
    if (wanted !== undefined && connection.remotePeer.toString() !== wanted)
      throw new DirectError('unreachable', `${connection.remotePeer.toString()} answered at the address of ${wanted}`)
    return connection
  }

  /** Many may ask at once: the first opens for all, and its own deadline does not cut the others short. */
  #sessionOn(connection: Connection, protocol: AnyProtocol): Promise<AnySession> {
    const ready = this.ready(connection.remotePeer, protocol)
    if (ready !== undefined) return Promise.resolve(ready)
    const key = `${connection.remotePeer.toString()} ${protocol.id}`
    let opening = this.#opening.get(key)
    if (opening === undefined) {
      opening = this.#openSession(connection, protocol).finally(() => {
        if (this.#opening.get(key) === opening) this.#opening.delete(key)
      })
      this.#opening.set(key, opening)
    }
    return opening
  }

  async #openSession(connection: Connection, protocol: AnyProtocol): Promise<AnySession> {
    const timeoutMs = this.#options.requestTimeoutMs
    const stopped = this.#stopped.signal
    const giveUp = new GiveUp(protocol.id, { timeoutMs, deadlineMs: nowMs() + timeoutMs }, stopped)
    const stream = await connection
      .newStream(protocol.id, { signal: giveUp.signal, runOnLimitedConnection: true })
      .finally(() => giveUp.release())
    if (stopped.aborted) {
      stream.abort(stopped.reason)
      throw stopped.reason
    }
    const frames = frameStream(stream, { maxFrameBytes: maxFrameBytes(protocol) })
    const session = new ClientSession(frames, protocol, this.#options, this.#countersOf(protocol.id))
    this.#keep(connection.remotePeer.toString(), protocol.id, session)
    return session
  }

  #keep(peer: string, protocol: string, session: AnySession): void {
    let byPeer = this.#sessions.get(protocol)
    if (byPeer === undefined) this.#sessions.set(protocol, (byPeer = new Map()))
    byPeer.set(peer, session)
    this.#all.add(session)
    this.#sweep ??= setInterval(() => this.#closeIdle(), Math.max(1, this.#options.idleStreamMs / 4))
    ;(this.#sweep as { unref?: () => void }).unref?.()
    void session.done.finally(() => {
      this.#all.delete(session)
      if (byPeer.get(peer) === session) byPeer.delete(peer)
      if (this.#all.size > 0) return
      clearInterval(this.#sweep)
      this.#sweep = undefined
    })
  }

  #closeIdle(): void {
    const now = nowMs()
    for (const session of this.#all) {
      if (session.load > 0 || session.wasUsed) {
        session.wasUsed = false
        session.idleSinceMs = now
        continue
      }
      // a session whose ids are used up has left its place to another already
      const isDue = !session.isUsable || now - session.idleSinceMs >= this.#options.idleStreamMs
      // one that is closing is not usable: a request that comes now opens a new stream
      if (isDue && session.isAlive) void session.close()
    }
  }
}

/** The peer that an address names, if it does. */
function peerIn(target: Exclude<Target, PeerId>): string | undefined {
  const [address] = Array.isArray(target) ? target : [target]
  return address?.getComponents().findLast(({ code }) => code === CODE_P2P)?.value
}
