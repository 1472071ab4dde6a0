import { TypedEventEmitter } from 'main-event'
import { sizeClassOf, timeClassOf } from './core/place.ts'
import { ReplicaError } from './errors.ts'
import { countsSinceLast, noCounts } from './counters.ts'
import { systemClock } from './net/clock.ts'
import { checkNames, resolveOptions } from './options.ts'
import { PRICED_BYTES, Running } from './running.ts'
import type { PeerId } from '@libp2p/interface'
import type {
  Held,
  PublishManyOptions,
  PublishOptions,
  PublishProgress,
  Replica,
  ReplicaEvents,
  ReplicaStatus,
} from './api.ts'
import type { ReplicaComponents } from './components.ts'
import type { ScanPage, ScanQuery } from './core/scan.ts'
import type { Entry, EntryMeta } from './core/entry.ts'
import type { GroupCount } from './core/groups.ts'
import type { Verdict } from './core/verdict.ts'
import type { SyncReport } from './net/sync-report.ts'
import type { ReplicaInit } from './options.ts'
import type { RawStamp } from './stamp.ts'
import type { RunningInit } from './running.ts'

/** Of a place for 1 KiB and a day, which `priceBits` is told for. */
const CLASSES = sizeClassOf(PRICED_BYTES) + timeClassOf(86_400_000)

/** Makes a replica; start it once libp2p is, or with it. @throws {ReplicaError} `bad-option` */
export function createReplica<E extends Entry>(init: ReplicaInit<E>, components: ReplicaComponents): Replica<E> {
  return new ReplicaService(init, components)
}

class ReplicaService<E extends Entry> extends TypedEventEmitter<ReplicaEvents<E>> implements Replica<E> {
  readonly [Symbol.toStringTag] = '@stoa/replica'
  readonly #running: RunningInit<E>
  #state: Promise<Running<E>> | undefined
  #now: Running<E> | undefined

  constructor(init: ReplicaInit<E>, components: ReplicaComponents) {
    super()
    checkNames(init)
    this.#running = {
      init,
      options: resolveOptions(init),
      components,
      clock: init.clock ?? systemClock,
      counters: noCounts(),
      log: components.logger.forComponent(`stoa:replica:${init.family}`),
      onChanges: changes => {
        if (this.listenerCount('change') > 0) this.safeDispatchEvent('change', { detail: { changes } })
      },
      onProgress: progress => this.safeDispatchEvent('sync', { detail: progress }),
      onClock: clock => this.safeDispatchEvent('clock', { detail: clock }),
      onReadOnly: reason => this.safeDispatchEvent('read-only', { detail: { reason } }),
      onWritable: () => this.safeDispatchEvent('writable'),
    }
    // a name for each set: libp2p's metrics take a second group of one name for the first
    const name = `stoa_replica_${init.family}_${init.shard ?? 0}_events_total`.replaceAll(/[^a-z0-9_]/g, '_')
    components.metrics?.registerCounterGroup(name, {
      label: 'event',
      help: `What became of the entries of ${init.family}`,
      calculate: countsSinceLast(this.#running.counters),
    })
  }

  get isStarted(): boolean {
    return this.#now !== undefined
  }

  async start(): Promise<void> {
    this.#state ??= Running.open(this.#running)
    try {
      const running = await this.#state
      await running.start()
      this.#now = running
    } catch (error) {
      this.#state = undefined
      throw error
    }
  }

  async stop(): Promise<void> {
    const running = await this.#state?.catch(() => undefined)
    this.#state = undefined
    this.#now = undefined
    await running?.stop()
  }

  async publish(bytes: Uint8Array, options?: PublishOptions): Promise<EntryMeta> {
    return this.#started().publisher.publish(bytes, options)
  }

  async publishMany(
    entries: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PublishManyOptions,
  ): Promise<PublishProgress> {
    return this.#started().publisher.publishMany(entries, options)
  }

  async take(bytes: Uint8Array, stamp?: RawStamp): Promise<Verdict> {
    return this.#started().take(bytes, stamp)
  }

  async get(key: Uint8Array): Promise<Held<E> | undefined> {
    return this.#started().get(key)
  }

  async read(metas: readonly EntryMeta[]): Promise<Array<Held<E> | undefined>> {
    return this.#started().read(metas)
  }

  scan(query: ScanQuery): ScanPage {
    return this.#started().set.scan(query)
  }

  groups(): Iterable<GroupCount> {
    return this.#started().set.groups()
  }

  async syncWith(peer: PeerId, options?: PublishOptions): Promise<SyncReport> {
    return this.#started().sync.syncWith(peer, options)
  }

  status(): ReplicaStatus {
    const { options, counters } = this.#running
    const running = this.#now
    const rank = running?.set.rankNeeded(PRICED_BYTES)
    const sync = running?.sync.status()
    return {
      entries: running?.set.size ?? 0,
      live: running?.set.liveCount ?? 0,
      chargedBytes: running?.set.chargedBytes ?? 0,
      budgetBytes: options.budgetBytes,
      priceBits: rank === undefined ? 0 : Math.max(0, rank + CLASSES),
      queued: running?.ingest.queued ?? 0,
      sessions: sync === undefined ? 0 : sync.sessionsOut + sync.sessionsIn,
      lastSyncMs: sync?.lastSyncMs,
      sync,
      readOnly: running?.readOnly,
      clockOffsetMs: running?.claims.clockOffsetMs,
      counters,
    }
  }

  #started(): Running<E> {
    if (this.#now === undefined) throw new ReplicaError('not-started', 'the replica is not started')
    return this.#now
  }
}
