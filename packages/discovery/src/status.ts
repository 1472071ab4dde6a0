import { SOURCES } from './core/model.ts'
import { networkOfEntry } from './core/book.ts'
import { parsePeerId } from './net/addresses.ts'
import type { CoreLink, DiscoveryCore } from './core/core.ts'
import type { Standing } from './core/link.ts'
import type { BookEntry, Source } from './core/model.ts'
import type { PeerId } from '@libp2p/interface'

export interface DiscoveryStatus {
  readonly network: string
  readonly target: number
  /** Connected peers of our network, whoever dialled. */
  readonly connected: number
  /** Of those, the ones we dialled. */
  readonly outbound: number
  /** Connected peers that are not of our network. */
  readonly strangers: number
  /** Peers in the address book, and those of them that we have reached. */
  readonly known: number
  readonly proven: number
  /** Dials under way. */
  readonly dialling: number
  /** Addresses that others told us and `addresses` does not allow, each time they were heard of. */
  readonly refusedAddresses: number
  /** Known peers that are not dialled before a time, after failures. */
  readonly backingOff: number
  readonly sources: Readonly<Record<Source, SourceStatus>>
}

export interface SourceStatus {
  /** Peers in the address book that were first heard of there. */
  readonly known: number
  readonly dialsSucceeded: number
  readonly dialsFailed: number
}

/** One peer that is known or connected. */
export interface DiscoveryPeer {
  readonly peer: PeerId
  /** `undefined` when it is not connected; `stranger`: connected, and not of our network. */
  readonly connected:
    | { readonly direction: 'inbound' | 'outbound'; readonly standing: Standing; readonly sinceMs: number }
    | undefined
  /** Absent when it is connected and cannot be dialled. */
  readonly source: Source | undefined
  readonly addresses: readonly string[]
  /** The network it counts for when peers of different networks are preferred. */
  readonly network: string
  readonly lastHeardMs: number | undefined
  readonly lastSuccessMs: number | undefined
  readonly successes: number
  readonly failures: number
  /** When it may be dialled again. */
  readonly retryAtMs: number | undefined
}

export function statusOf(
  core: DiscoveryCore,
  init: { network: string; target: number; nowMs: number },
): DiscoveryStatus {
  const { dials, ...counts } = core.counts()
  const entries = core.entries()
  const known = Map.groupBy(entries, ({ source }) => source)
  const sources = SOURCES.map((source): [Source, SourceStatus] => [
    source,
    {
      known: known.get(source)?.length ?? 0,
      dialsSucceeded: dials[source].succeeded,
      dialsFailed: dials[source].failed,
    },
  ])
  return {
    network: init.network,
    target: init.target,
    ...counts,
    backingOff: entries.filter(({ retryAtMs }) => retryAtMs > init.nowMs).length,
    sources: Object.fromEntries(sources) as Record<Source, SourceStatus>,
  }
}

export function peersOf(core: DiscoveryCore): DiscoveryPeer[] {
  const links = new Map(core.links().map(link => [link.peer, link]))
  const entries = core.entries()
  const known = new Set(entries.map(({ peer }) => peer))
  const unknown = [...links.values()].filter(({ peer }) => !known.has(peer))
  return [
    ...entries.map(entry => row(entry.peer, entry, links.get(entry.peer))),
    ...unknown.map(link => row(link.peer, undefined, link)),
  ].filter(peer => peer !== undefined)
}

function row(id: string, entry: BookEntry | undefined, link: CoreLink | undefined): DiscoveryPeer | undefined {
  const peer = parsePeerId(id)
  if (peer === undefined) return undefined
  return {
    peer,
    connected:
      link === undefined
        ? undefined
        : {
            direction: link.dialledAddress === undefined ? 'inbound' : 'outbound',
            standing: link.standing,
            sinceMs: link.sinceMs,
          },
    source: entry?.source,
    addresses: entry?.addresses.map(({ address }) => address) ?? [],
    network: link?.network ?? (entry === undefined ? '' : networkOfEntry(entry)),
    lastHeardMs: entry?.lastHeardMs,
    lastSuccessMs: entry?.lastSuccessMs,
    successes: entry?.successes ?? 0,
    failures: entry?.failures ?? 0,
    retryAtMs: entry === undefined || entry.retryAtMs === 0 ? undefined : entry.retryAtMs,
  }
}
