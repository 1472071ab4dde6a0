import { torStatus } from '../tor/tor-status.ts'
import type { ShownTor } from '../tor/tor-status.ts'
import type { Connection } from '@libp2p/interface'
import type { DiscoveryPeer } from '@stoa/discovery'
import type { DeliveryState, MailboxStatus } from '@stoa/mailbox'
import type { OffersStatus } from '@stoa/offers'
import type { Stack } from '@stoa/stack'
import type { SyncState } from '../events/event.ts'
import type { Topics } from '../messages/topics.ts'

export interface TopicStatus {
  name: string
  /** Connected peers that are on the topic. */
  subscribers: number
  meshSize: number
  delivered: number
  published: number
  rejected: number
}

export interface ReplicaStatus {
  name: string
  entries: number
  live: number
  /** What it counts for in the budget. */
  chargedBytes: number
  budgetBytes: number
  /** The bits that a stamp for 1 KiB for a day must have now. 0: nothing to pay. */
  priceBits: number
  sessions: number
  lastSyncMs: number | null
  /** Why the store takes no writes. */
  readOnly: string | null
  /** How far this node's clock is ahead of its peers'. */
  clockOffsetMs: number | null
}

export interface MailStatus {
  /** Letters of the inbox that are not acknowledged. */
  unread: number
  /** Letters that this node sent, by what became of them. */
  outbox: Record<DeliveryState, number>
}

export interface StackStatus {
  peerId: string
  network: string
  addresses: string[]
  connections: { inbound: number; outbound: number }
  peers: { connected: number; members: number; target: number; known: number }
  topics: TopicStatus[]
  replicas: ReplicaStatus[]
  mail: MailStatus
  /** Null in the open. */
  tor: ShownTor | null
  /** Addresses that peers told of and that are not allowed here, each time they were heard of. */
  refusedAddresses: number
  /** Of the offers, since the start. */
  firstSync: SyncState | null
}

export interface PeerStatus {
  peer: string
  isConnected: boolean
  /** Who opened the connection. */
  direction: 'inbound' | 'outbound' | null
  /** `member` of our network, `stranger`, or `unknown` until the peer has said what it speaks. */
  standing: 'unknown' | 'member' | 'stranger' | null
  /** Of the open connections. */
  connections: string[]
  connectedMs: number | null
  /** How it was first heard of. */
  source: string | null
  /** Where it may be dialled. */
  addresses: string[]
  lastSuccessMs: number | null
  failures: number
}

export function stackStatus(stack: Stack, topics: Topics, firstSync: SyncState | undefined): StackStatus {
  const { libp2p, discovery } = stack
  const connections = libp2p.getConnections()
  const inbound = connections.filter(({ direction }) => direction === 'inbound').length
  const { connected: members, target, known, refusedAddresses } = discovery.status()
  const mail = stack.mailbox.stats()
  return {
    peerId: String(libp2p.peerId),
    network: stack.network,
    addresses: libp2p.getMultiaddrs().map(String),
    connections: { inbound, outbound: connections.length - inbound },
    peers: { connected: libp2p.getPeers().length, members, target, known },
    topics: topics.list().map(topic => ({
      name: topic.name,
      subscribers: topic.subscribers.length,
      meshSize: topic.meshSize,
      delivered: topic.counters.delivered,
      published: topic.counters.published,
      rejected: topic.counters.rejected + topic.counters.malformed + topic.counters.tooLarge,
    })),
    replicas: replicaStatuses(stack.offers.status(), mail),
    mail: { unread: mail.unread, outbox: { ...mail.outbox } },
    tor: stack.tor === undefined ? null : torStatus(stack.tor),
    refusedAddresses,
    firstSync: firstSync ?? null,
  }
}

function replicaStatuses(offers: OffersStatus, mail: MailboxStatus): ReplicaStatus[] {
  return namedReplicas(offers, mail).map(({ name, status }) => replicaStatus(name, status))
}

/** The sets that every node keeps, by the names that people see. */
export function namedReplicas(
  { offers, leases }: OffersStatus,
  { letters, keys }: MailboxStatus,
): Array<{ name: string; status: OffersStatus['offers'] }> {
  return [
    { name: 'offers', status: offers },
    { name: 'leases', status: leases },
    ...letters.map((status, index) => ({ name: letters.length === 1 ? 'letters' : `letters-${index}`, status })),
    { name: 'mail-keys', status: keys },
  ]
}

function replicaStatus(name: string, status: OffersStatus['offers']): ReplicaStatus {
  const { entries, live, chargedBytes, budgetBytes, priceBits, sessions, ...rest } = status
  return {
    name,
    entries,
    live,
    chargedBytes,
    budgetBytes,
    priceBits,
    sessions,
    lastSyncMs: rest.lastSyncMs ?? null,
    readOnly: rest.readOnly ?? null,
    clockOffsetMs: rest.clockOffsetMs ?? null,
  }
}

/** Connected peers first; with `all` also those in the address book. */
export function peerStatuses(stack: Stack, all: boolean): PeerStatus[] {
  const connections = Map.groupBy(stack.libp2p.getConnections(), ({ remotePeer }) => String(remotePeer))
  const found = new Map(stack.discovery.peers().map(peer => [String(peer.peer), peer]))
  const names = new Set([...connections.keys(), ...(all ? found.keys() : [])])
  return [...names].map(name => peerStatus(name, connections.get(name) ?? [], found.get(name)))
}

function peerStatus(peer: string, connections: Connection[], found: DiscoveryPeer | undefined): PeerStatus {
  const [first] = connections
  return {
    peer,
    isConnected: first !== undefined,
    direction: first?.direction ?? null,
    standing: found?.connected?.standing ?? (first === undefined ? null : 'unknown'),
    connections: connections.map(({ remoteAddr }) => String(remoteAddr)),
    connectedMs: first?.timeline.open ?? null,
    source: found?.source ?? null,
    addresses: [...(found?.addresses ?? [])],
    lastSuccessMs: found?.lastSuccessMs ?? null,
    failures: found?.failures ?? 0,
  }
}
