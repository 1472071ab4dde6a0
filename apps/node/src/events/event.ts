/** What a node tells whoever listens: a line of `stoa start --json`, and the `data` of a server-sent event. */
export type NodeEvent =
  | { event: 'peer:connect'; peer: string; direction: 'inbound' | 'outbound'; address: string }
  | { event: 'peer:disconnect'; peer: string }
  | { event: 'addresses'; addresses: string[] }
  | { event: 'target:reached' | 'target:lost'; connected: number; target: number }
  | DirectEvent
  | BroadcastEvent

export interface DirectEvent {
  event: 'direct'
  /** Who sent it: proven by the connection. */
  peer: string
  text: string
  contentType: string
  /** By the sender's clock. Nothing proves it. */
  sentMs: number
  receivedMs: number
}

export interface BroadcastEvent {
  event: 'broadcast'
  topic: string
  id: string
  text: string
  contentType: string
  /** By the author's clock. Nothing proves it. */
  sentMs: number
  receivedMs: number
  /** The peer that handed it on: the author stays private. */
  receivedFrom: string
}

/** Which events a reader wants. Nothing set: all of them. */
export interface EventFilter {
  topics: readonly string[]
  direct: boolean
  peers: boolean
}

export function matches(filter: EventFilter, event: NodeEvent): boolean {
  if (filter.topics.length === 0 && !filter.direct && !filter.peers) return true
  switch (event.event) {
    case 'broadcast':
      return filter.topics.includes(event.topic)
    case 'direct':
      return filter.direct
    default:
      return filter.peers
  }
}
