import type { ProtocolCounters } from './counters.ts'
import type { DirectError } from './errors.ts'
import type { Handler, Protocol } from './protocol.ts'

/** A protocol that is answered, and what all its streams share. */
export interface Served<Request, Response> {
  readonly protocol: Protocol<Request, Response>
  readonly handler: Handler<Request, Response>
  readonly counters: ProtocolCounters
  readonly sessions: Set<ServedStream>
  /** Handlers running now, for all peers. */
  running: number
  /** Handlers running now for each peer, however many streams and connections it has; only peers with streams are in it. */
  readonly peers: Map<string, PeerShare>
}

/** A stream that the protocol is answered on. */
export interface ServedStream {
  stop(reason: DirectError): void
  /** Tells the peer of each request that no answer comes. */
  refuseAll(reason: string): Promise<void>
}

export interface PeerShare {
  sessions: number
  running: number
}

export function shareOf(peers: Map<string, PeerShare>, peer: string): PeerShare {
  let share = peers.get(peer)
  if (share === undefined) peers.set(peer, (share = { sessions: 0, running: 0 }))
  return share
}
