import { PENALTY } from '../core/scoring.ts'
import { InboundLink } from './inbound-link.ts'
import { OutboundLink } from './outbound-link.ts'
import type { Connection, NewStreamOptions, PeerId, Stream, Topology } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import type { ServiceCounters } from '../core/counters.ts'

/** An outbound stream that broke is opened again after this long, in ms; twice as long each time, up to the longest. */
const REOPEN_MS = 1_000
const LONGEST_REOPEN_MS = 60_000

export interface LinksInit {
  registrar: Registrar
  /** Those to a peer that gossipsub may use. */
  connections: (peer: PeerId) => Connection[]
  counters: ServiceCounters
  maxUnsentBytesPerPeer: number
  penalize: (peer: string, penalty: number) => void
}

/**
 * Stands between gossipsub and the streams of its peers: gossipsub is handed a registrar, whose streams and connections are ours. So its
 * streams are bounded both ways, broken frames are seen, and a stream that broke is opened again.
 */
export class Links {
  readonly #init: LinksInit
  readonly #inbound = new Map<string, InboundLink>()
  readonly #outbound = new Map<string, OutboundLink>()
  /** How often in a row the stream to a peer had to be opened again. */
  readonly #reopens = new Map<string, number>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  readonly #topologies = new Map<string, Topology>()
  #isStopped = true

  constructor(init: LinksInit) {
    this.#init = init
  }

  /** The registrar for gossipsub. */
  registrar(): Registrar {
    const real = this.#init.registrar
    return {
      getProtocols: () => real.getProtocols(),
      getHandler: protocol => real.getHandler(protocol),
      use: (protocol, middleware) => real.use(protocol, middleware),
      unuse: protocol => real.unuse(protocol),
      getMiddleware: protocol => real.getMiddleware(protocol),
      getTopologies: protocol => real.getTopologies(protocol),
      unhandle: (protocol, options) => real.unhandle(protocol, options),
      handle: (protocol, handler, options) =>
        real.handle(
          protocol,
          (stream, connection) =>
            handler(this.#openInbound(stream, connection).asStream(), this.#guard(protocol, connection)),
          options,
        ),
      register: (protocol, topology, options) => {
        this.#topologies.set(protocol, topology)
        return real.register(
          protocol,
          {
            ...topology,
            onConnect: (peer, connection) => topology.onConnect?.(peer, this.#guard(protocol, connection)),
          },
          options,
        )
      },
      unregister: id => real.unregister(id),
    }
  }

  /** The stream that the peer sends on now. */
  inbound(peer: string): InboundLink | undefined {
    return this.#inbound.get(peer)
  }

  /** The shortest round trip to a peer that libp2p has measured, in ms. */
  rttMs(peer: PeerId): number | undefined {
    let least: number | undefined
    for (const { rtt } of this.#init.connections(peer)) {
      if (rtt !== undefined && (least === undefined || rtt < least)) least = rtt
    }
    return least
  }

  /** Whether what is sent now can leave towards the peer. */
  isReachable(peer: string): boolean {
    return this.#outbound.has(peer)
  }

  /** Whether half of these peers have room for more. */
  hasRoom(peers: readonly string[]): boolean {
    return this.#missingRoom(peers) <= 0
  }

  /** Resolves when half of these peers have room for more, or `signal` aborts. */
  async room(peers: readonly string[], signal: AbortSignal): Promise<void> {
    const full = this.#linksOf(peers).filter(link => !link.hasRoom)
    let missing = this.#missingRoom(peers)
    if (missing <= 0) return
    await new Promise<void>(resolve => {
      for (const link of full) {
        void link.room(signal).then(() => {
          if (--missing === 0) resolve()
        })
      }
    })
  }

  #missingRoom(peers: readonly string[]): number {
    const links = this.#linksOf(peers)
    return Math.ceil(links.length / 2) - links.filter(link => link.hasRoom).length
  }

  #linksOf(peers: readonly string[]): OutboundLink[] {
    return peers.flatMap(peer => this.#outbound.get(peer) ?? [])
  }

  start(): void {
    this.#isStopped = false
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#reopens.clear()
  }

  #openInbound(stream: Stream, connection: Connection): InboundLink {
    const peer = connection.remotePeer.toString()
    const { counters, penalize } = this.#init
    const link = new InboundLink(stream, {
      brokenFrame: () => {
        counters.brokenFrames++
        penalize(peer, PENALTY.brokenFrame)
      },
      brokenRpc: () => {
        counters.brokenRpcs++
        penalize(peer, PENALTY.brokenRpc)
      },
      received: bytes => {
        counters.receivedBytes += bytes
      },
      ended: ended => {
        if (this.#inbound.get(peer) === ended) this.#inbound.delete(peer)
      },
    })
    this.#inbound.set(peer, link)
    return link
  }

  /** What gossipsub 17.1.1 uses of a connection. */
  #guard(protocol: string, connection: Connection): Connection {
    const standIn = {
      remotePeer: connection.remotePeer,
      remoteAddr: connection.remoteAddr,
      direction: connection.direction,
      get status() {
        return connection.status
      },
      newStream: async (protocols: string | string[], options?: NewStreamOptions) => {
        try {
          const stream = await connection.newStream(protocols, options)
          return this.#openOutbound(protocol, stream, connection).asStream()
        } catch (error) {
          this.#reopenLater(protocol, connection.remotePeer)
          throw error
        }
      },
    }
    return standIn as unknown as Connection
  }

  #openOutbound(protocol: string, stream: Stream, connection: Connection): OutboundLink {
    const peer = connection.remotePeer.toString()
    const { counters, maxUnsentBytesPerPeer } = this.#init
    const link = new OutboundLink(stream, maxUnsentBytesPerPeer, {
      dropped: () => counters.droppedToSlowPeer++,
      sent: bytes => (counters.sentBytes += bytes),
    })
    const openedMs = Date.now()
    this.#outbound.set(peer, link)
    void link.closed.then(() => {
      if (this.#outbound.get(peer) !== link) return
      this.#outbound.delete(peer)
      if (Date.now() - openedMs > LONGEST_REOPEN_MS) this.#reopens.delete(peer)
      this.#reopenLater(protocol, connection.remotePeer)
    })
    return link
  }

  /** gossipsub opens a stream when it learns of a connection, so it is told of one again: of another, when that of the stream is gone. */
  #reopenLater(protocol: string, peerId: PeerId): void {
    if (this.#isStopped) return
    const peer = peerId.toString()
    const attempt = this.#reopens.get(peer) ?? 0
    this.#reopens.set(peer, attempt + 1)
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        const connection = this.#init.connections(peerId).find(({ status }) => status === 'open')
        if (connection === undefined) this.#reopens.delete(peer)
        else if (!this.#outbound.has(peer)) void this.#connected(protocol, connection)
      },
      Math.min(LONGEST_REOPEN_MS, REOPEN_MS * 2 ** Math.min(attempt, 10)),
    )
    this.#timers.add(timer)
  }

  async #connected(protocol: string, connection: Connection): Promise<void> {
    await this.#topologies.get(protocol)?.onConnect?.(connection.remotePeer, this.#guard(protocol, connection))
  }
}
