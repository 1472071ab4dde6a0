import { createNetwork } from '@stoa/testkit'
import { systemClock } from '../src/net/clock.ts'
import { Sync } from '../src/net/sync.ts'
import { ModelSet } from './sync-model.ts'
import type { PeerId, Startable } from '@libp2p/interface'
import type { Network, NetworkInit, TestNode } from '@stoa/testkit'
import type { OffenceReason } from '../src/core/sync-offence.ts'
import type { Progress, Said, SyncComponents, SyncHost } from '../src/net/sync-host.ts'
import type { SyncOptions } from '../src/net/sync-options.ts'

export const PROTOCOL = '/stoa/test/sync/model/0/1.0.0'

/** A replica that is nothing but a model set and its synchronization. */
export class ModelReplica implements Startable {
  readonly set = new ModelSet()
  readonly blamed: Array<{ peer: string; reason: OffenceReason }> = []
  readonly progress: Progress[] = []
  readonly said: Said[] = []
  readonly sync: Sync
  /** Set is loaded when it resolves. */
  loaded: Promise<void> = Promise.resolve()
  /** Entries that are being judged and their bytes, and the most that were. */
  judging = { entries: 0, bytes: 0, mostEntries: 0, mostBytes: 0 }
  /** What ingest waits for. */
  gate: Promise<void> = Promise.resolve()

  constructor(components: SyncComponents, options: Partial<SyncOptions> = {}) {
    const { set, judging } = this
    const host: SyncHost = {
      set,
      priceRank: () => -30,
      read: async itemIds => set.read(itemIds),
      ingest: async arrivals => {
        const bytes = arrivals.reduce((sum, arrival) => sum + arrival.bytes.byteLength, 0)
        judging.entries += arrivals.length
        judging.bytes += bytes
        judging.mostEntries = Math.max(judging.mostEntries, judging.entries)
        judging.mostBytes = Math.max(judging.mostBytes, judging.bytes)
        await this.gate
        await new Promise(resolve => setImmediate(resolve))
        judging.entries -= arrivals.length
        judging.bytes -= bytes
        return set.ingest(arrivals)
      },
      blame: (peer: PeerId, reason) => this.blamed.push({ peer: peer.toString(), reason }),
      onProgress: progress => this.progress.push(progress),
      onHello: (_, said) => this.said.push(said),
    }
    this.sync = new Sync({ components, host, protocol: PROTOCOL, clock: systemClock, options })
  }

  start(): Promise<void> {
    return this.sync.start(this.loaded)
  }

  stop(): Promise<void> {
    return this.sync.stop()
  }
}

export interface Services {
  [name: string]: unknown
  replica: ModelReplica
}

/** Quiet: sessions begin only when a test says so. */
export const QUIET: Partial<SyncOptions> = {
  acceptDelayMs: 3_600_000,
  syncIntervalMs: 3_600_000,
  minSyncIntervalMs: 3_600_000,
  maxSyncIntervalMs: 3_600_000,
}

export function syncNetwork(
  init: Omit<NetworkInit<Services>, 'services'> & { options?: Partial<SyncOptions> },
): Promise<Network<Services>> {
  const { options, ...rest } = init
  return createNetwork<Services>({
    ...rest,
    services: () => ({ replica: (components: SyncComponents) => new ModelReplica(components, options) }),
  })
}

export function replicaOf(node: TestNode<Services>): ModelReplica {
  return node.services.replica
}
