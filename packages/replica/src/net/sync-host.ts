import type { ComponentLogger, PeerId } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { WireEntry } from '../core/sync-message.ts'
import type { OffenceReason } from '../core/sync-offence.ts'
import type { Arrival, SyncSet } from '../core/sync-set.ts'
import type { Verdict } from '../core/verdict.ts'

/** The replica that is synchronized. */
export interface SyncHost {
  /** Its `wants` says no to everything while nothing can be stored. */
  readonly set: SyncSet
  /** The lowest rank at which one more entry of 1,024 bytes would be kept; undefined when none. */
  priceRank(): number | undefined
  /** What is held under these item ids, in order: not another version of the same key. Undefined for what is gone meanwhile. */
  read(itemIds: readonly Uint8Array[]): Promise<ReadonlyArray<WireEntry | undefined>>
  /**
   * Resolves when all are judged and what was taken is durable: until then few more come. In order; `malformed` when an entry is not that of
   * its item id, undefined when nothing can be taken at present.
   */
  ingest(arrivals: readonly Arrival[], from: PeerId): Promise<ReadonlyArray<Verdict | undefined>>
  /** The peer broke the rules of a session. Entries that it sent were judged by `ingest`. */
  blame(peer: PeerId, reason: OffenceReason, why: string): void
  onProgress(progress: Progress): void
  /** What a peer says of itself at the beginning of a session. Nothing of it is proven. */
  onHello(peer: PeerId, said: Said): void
}

export interface Said {
  /** By how much its clock is ahead of ours, give or take half a round trip. */
  readonly offsetMs: number
  readonly entries: number
  /** The lowest rank at which it would keep one more entry of 1,024 bytes; undefined when none. */
  readonly priceRank: number | undefined
}

/** Of a session that this node began. */
export interface Progress {
  readonly peer: PeerId
  /** Entries that changed the set, since the first of the sessions with this peer that follow each other. */
  readonly received: number
  /** How many it is known to have that were missing here. It grows while the difference is being found. */
  readonly expected: number
  /** All that could be fetched was. */
  readonly done: boolean
}

export interface SyncComponents {
  registrar: Pick<Registrar, 'handle' | 'unhandle' | 'register' | 'unregister'>
  connectionManager: Pick<ConnectionManager, 'openStream' | 'getConnections'>
  logger: ComponentLogger
}
