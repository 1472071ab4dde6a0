import type { ShownDelivery } from '../mail/shown-delivery.ts'
import type { LetterHead } from '../mail/shown-letter.ts'
import type { ShownOffer } from '../offers/shown-offer.ts'

/** What a node tells whoever listens: a line of `stoa start --json`, and the `data` of a server-sent event. */
export type NodeEvent =
  | { event: 'peer:connect'; peer: string; direction: 'inbound' | 'outbound'; address: string }
  | { event: 'peer:disconnect'; peer: string }
  | { event: 'addresses'; addresses: string[] }
  | { event: 'target:reached' | 'target:lost'; connected: number; target: number }
  | DirectEvent
  | BroadcastEvent
  | OfferNodeEvent
  | MailEvent
  | ReplicaEvent
  | TorEvent

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

interface OfferAbout {
  key: string
  market: string
  /** Proven by the signature. */
  owner: string
}

/** Of the markets that somebody follows. */
export type OfferNodeEvent =
  | (OfferAbout & { event: 'offer:added' | 'offer:updated' | 'offer:stale' | 'offer:live'; offer: ShownOffer })
  | (OfferAbout & { event: 'offer:removed'; reason: string })
  | (OfferAbout & { event: 'offer:expired' })
  /** So many of the events above were left out: they came too fast. */
  | { event: 'offer:lagged'; missed: number }

export type MailEvent =
  /** It is in the inbox. Told again after a restart, while it is not acknowledged. */
  | ({ event: 'letter' } & LetterHead)
  /** Another node of this identity acknowledged it. */
  | { event: 'cleared'; id: string }
  /** What became of a letter that this node sent. */
  | ({ event: 'delivery' } & ShownDelivery)

/** How the set of offers is. */
export type ReplicaEvent =
  | ({ event: 'sync' } & SyncState)
  | { event: 'read-only'; reason: string }
  | { event: 'writable' }
  /** This node's clock is so far ahead of its peers', or was. */
  | { event: 'clock'; offsetMs: number; isOff: boolean }

export type TorEvent =
  /** How far Tor is in its network, and what it is at; `warning`: why it does not come on. */
  | { event: 'tor'; state: 'starting'; percent: number; summary: string; warning?: string }
  /** It is in its network, for the first time or again. */
  | { event: 'tor'; state: 'up' }
  /** Others can find this node at its onion address, for the first time or again. */
  | { event: 'tor'; state: 'reachable'; onion: string }
  /** It ended, and is started again. */
  | { event: 'tor'; state: 'down'; reason: string }

/** How far the set of offers is with a peer. */
export interface SyncState {
  peer: string
  received: number
  /** How many it is known to have that were missing here. It grows while the difference is being found. */
  expected: number
  done: boolean
}

/** Which events a reader wants. Nothing set: all of them. */
export interface EventFilter {
  topics: readonly string[]
  /** Offers of these markets. */
  markets: readonly string[]
  /** Offers of all markets. */
  offers: boolean
  direct: boolean
  /** Letters that come, and what becomes of those that were sent. */
  mail: boolean
  peers: boolean
  /** Synchronization, and what the store and the clock are like. */
  sync: boolean
}

export const EVERYTHING: EventFilter = {
  topics: [],
  markets: [],
  offers: false,
  direct: false,
  mail: false,
  peers: false,
  sync: false,
}

export function matches(filter: EventFilter, event: NodeEvent): boolean {
  if (isEverything(filter)) return true
  switch (event.event) {
    case 'broadcast':
      return filter.topics.includes(event.topic)
    case 'direct':
      return filter.direct
    case 'letter':
    case 'cleared':
    case 'delivery':
      return filter.mail
    case 'offer:lagged':
      return filter.offers || filter.markets.length > 0
    case 'offer:added':
    case 'offer:updated':
    case 'offer:stale':
    case 'offer:live':
    case 'offer:removed':
    case 'offer:expired':
      return filter.offers || filter.markets.includes(event.market)
    case 'sync':
    case 'read-only':
    case 'writable':
    case 'clock':
      return filter.sync
    default:
      return filter.peers
  }
}

function isEverything({ topics, markets, offers, direct, mail, peers, sync }: EventFilter): boolean {
  return topics.length === 0 && markets.length === 0 && !offers && !direct && !mail && !peers && !sync
}
