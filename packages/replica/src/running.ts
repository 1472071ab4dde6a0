import { platform } from '#platform'
import { EntrySet } from './core/entry-set.ts'
import { compareBytes } from './core/place.ts'
import { isTaken } from './core/verdict.ts'
import { ReplicaError } from './errors.ts'
import { Gossip } from './net/gossip.ts'
import { Ingest, verdictOf } from './net/ingest.ts'
import { Offenders } from './net/offenders.ts'
import { PeerClaims } from './net/peer-claims.ts'
import { Publisher, rawStamp } from './net/publisher.ts'
import { Repair } from './net/repair.ts'
import { EntryStore } from './net/store.ts'
import { Sync } from './net/sync.ts'
import { Wakes } from './net/wakes.ts'
import { resolveAdmission } from './options.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { Held, ReplicaChange, ReplicaCounters } from './api.ts'
import type { ReplicaComponents } from './components.ts'
import type { Change } from './core/change.ts'
import type { Entry, EntryMeta } from './core/entry.ts'
import type { Verdict } from './core/verdict.ts'
import type { Clock } from './net/clock.ts'
import type { Outcome } from './net/ingest.ts'
import type { Unit } from './net/store.ts'
import type { Progress, Said, SyncHost } from './net/sync-host.ts'
import type { Arrival } from './core/sync-set.ts'
import type { WireEntry } from './core/sync-message.ts'
import type { ReplicaInit, ReplicaOptions } from './options.ts'
import type { RawStamp } from './stamp.ts'

export interface RunningInit<E extends Entry> {
  init: ReplicaInit<E>
  options: ReplicaOptions
  components: ReplicaComponents
  clock: Clock
  counters: ReplicaCounters
  log: Logger
  onChanges: (changes: ReadonlyArray<ReplicaChange<E>>) => void
  onProgress: (progress: Progress) => void
  onClock: (clock: { offsetMs: number; isOff: boolean }) => void
  onReadOnly: (reason: string) => void
  onWritable: () => void
}

/** Entries read in one turn of the event loop. */
const READ_BATCH = 256
/** Of a key that is replaced as fast as it is read. */
const MAX_GET_TRIES = 4
/** What the price is told for: spec/replica.md, Hello. */
export const PRICED_BYTES = 1_024
/** Whose line entries from files wait in: no peer is called like that. */
const FILE = 'file'

/** All of a replica from its start to its stop. */
export class Running<E extends Entry> {
  readonly set: EntrySet
  readonly publisher: Publisher<E>
  readonly ingest: Ingest<E>
  readonly claims = new PeerClaims()
  readonly #the: RunningInit<E>
  readonly #store: EntryStore<E>
  readonly #gossip: Gossip
  readonly sync: Sync
  readonly #repair: Repair<E>
  #isClockOff = false
  readonly #wakes: Wakes
  readonly #offenders: Offenders
  readonly #miner = platform.createMiner()

  /** Opens the store and loads what it has. */
  static async open<E extends Entry>(the: RunningInit<E>): Promise<Running<E>> {
    const { network, family, shard = 0, store } = the.init
    const part = await store.part(`${network}/${family}/${shard}`)
    const running: Running<E> = new Running(
      the,
      new EntryStore<E>(part, {
        onDurable: units => running.#onDurable(units),
        onBroken: error => running.#repair.broken(error),
      }),
    )
    await running.#load()
    return running
  }

  private constructor(the: RunningInit<E>, store: EntryStore<E>) {
    const { init, options, components, clock, counters, log } = the
    const { rules } = init
    const { pricing, admit } = resolveAdmission(init.admission)
    const onError = (error: unknown): void => log.error('%e', error)
    this.#the = the
    this.#store = store
    this.set = new EntrySet({
      ...options,
      maxPerGroup: rules.maxPerGroup,
      maxTtlMs: rules.maxTtlMs,
      floorRank: rules.floorRank,
      pricing,
      salt: randomSalt(),
    })
    this.#repair = new Repair({
      set: this.set,
      store,
      recover: () => init.store.recover(),
      clock,
      retryMs: options.storeRetryMs,
      maxRetryMs: options.maxStoreRetryMs,
      onReadOnly: error => the.onReadOnly(error.message),
      onWritable: () => {
        the.onWritable()
        this.sync.nudge()
      },
      onError,
    })
    this.ingest = new Ingest({
      rules,
      set: this.set,
      store,
      isWritable: () => this.#isWritable(),
      admit,
      isOwn: init.isOwn,
      clock,
      limits: options,
      onSettled: outcome => this.#count(outcome),
      onError,
    })
    this.#gossip = new Gossip({
      broadcast: components.broadcast,
      wireTopic: `/stoa/${init.network}/${init.family}/${init.shard ?? 0}`,
      maxEntryBytes: rules.maxEntryBytes,
      maxRumoursPerSecond: options.maxRumoursPerSecond,
      rumourBurst: options.rumourBurst,
      clock,
      offer: arrived => this.ingest.offer(arrived),
      onOverload: () => counters.overloaded++,
      onOffence: (peer, reason) => this.blame(peer, reason),
      onError: error => log.trace('a rumour was not sent: %e', error),
    })
    this.publisher = new Publisher({
      rules,
      set: this.set,
      ingest: this.ingest,
      price: {
        set: this.set,
        miner: this.#miner,
        maxStampBits: options.maxStampBits,
        floorRank: rules.floorRank,
        priceRank: () => this.claims.priceRank,
      },
      counters,
      assertWritable: () => this.#assertWritable(),
      spread: rumour => this.#gossip.spread(rumour),
      nudge: () => this.sync.nudge(),
    })
    this.#wakes = new Wakes({ set: this.set, clock, apply: changes => this.#store.append({ changes }) })
    this.#offenders = new Offenders(options.maxOffences)
    this.sync = new Sync({
      components,
      host: this.#syncHost(),
      protocol: `/stoa/${init.network}/sync/${init.family}/${init.shard ?? 0}/1.0.0`,
      clock,
      options: init.sync,
    })
  }

  get readOnly(): string | undefined {
    return this.#store.broken?.message ?? (this.#repair.isReadOnly ? 'the store is being repaired' : undefined)
  }

  async start(): Promise<void> {
    this.#gossip.open()
    this.#wakes.schedule()
    await this.sync.start()
  }

  /** Takes nothing more, and resolves when what was taken is on the disk. */
  async stop(): Promise<void> {
    await this.#gossip.close()
    // sessions wait for what they handed in to be judged
    this.ingest.stop()
    await this.sync.stop()
    this.#wakes.stop()
    await this.#store.flush()
    await this.#repair.stop()
    await this.#miner.close()
  }

  async take(bytes: Uint8Array, stamp: RawStamp | undefined): Promise<Verdict> {
    this.#assertWritable()
    const outcome = await this.ingest.take({ peer: FILE, bytes, stamp, mayRest: true })
    const verdict = verdictOf(outcome)
    if (verdict === undefined) {
      if (outcome === 'read-only') throw new ReplicaError('read-only', 'the store takes no writes')
      if (outcome === 'stopped') throw new ReplicaError('not-started', 'the replica was stopped')
      throw new ReplicaError('busy', 'the entry could not be checked here')
    }
    // nobody else may have it
    if (isTaken(verdict)) this.sync.nudge()
    return verdict
  }

  async get(key: Uint8Array): Promise<Held<E> | undefined> {
    for (let tries = 0; tries < MAX_GET_TRIES; tries++) {
      const meta = this.set.get(key)
      if (meta === undefined) return undefined
      const [held] = await this.read([meta])
      if (held !== undefined) return held
    }
    return undefined
  }

  async read(metas: readonly EntryMeta[]): Promise<Array<Held<E> | undefined>> {
    const { rules } = this.#the.init
    const all: Array<Held<E> | undefined> = []
    for (let from = 0; from < metas.length; from += READ_BATCH) {
      if (from > 0) await platform.nextTurn()
      const batch = metas.slice(from, from + READ_BATCH)
      const found = await this.readBytes(batch)
      for (const [index, bytes] of found.entries()) {
        all.push(bytes === undefined ? undefined : { entry: rules.parse(bytes), meta: batch[index]! })
      }
    }
    return all
  }

  /** What is durable, and whole. */
  async readBytes(metas: readonly EntryMeta[]): Promise<Array<Uint8Array | undefined>> {
    const found = await this.#store.read(metas)
    for (const [index, bytes] of found.entries()) if (bytes === undefined) this.#missed(metas[index]!)
    return found
  }

  blame(peer: PeerId, reason: string): void {
    const { components, counters, clock, log } = this.#the
    log('%p sent what no honest peer sends: %s', peer, reason)
    if (!this.#offenders.blame(peer.toString(), clock.now())) return
    counters.peersDropped++
    components.connectionManager.closeConnections(peer).catch((error: unknown) => log.error('%e', error))
  }

  async #load(): Promise<void> {
    const { counters, clock } = this.#the
    const nowMs = clock.now()
    const changes: Change[] = []
    counters.damagedRows += await this.#store.load(meta => changes.push(...this.set.restore(meta, nowMs)))
    // nobody knew them as held since the start
    if (changes.length > 0) this.#store.append({ changes, isSilent: true })
  }

  #onDurable(units: ReadonlyArray<Unit<E>>): void {
    const changes: Array<ReplicaChange<E>> = []
    for (const unit of units) {
      if (unit.isSilent === true) continue
      for (const change of unit.changes) {
        changes.push(change.type === 'put' && unit.entry !== undefined ? { ...change, entry: unit.entry } : change)
      }
    }
    if (changes.length > 0) this.#the.onChanges(changes)
    this.#wakes.schedule()
  }

  /** It was not there, or not whole. When the set still has it, the store has lost it: peers are asked for it again. */
  #missed(meta: EntryMeta): void {
    const { clock, counters, log } = this.#the
    const held = this.set.get(meta.key)
    if (held === undefined || compareBytes(held.id, meta.id) !== 0 || this.#store.isUnsure(meta.key)) return
    counters.damagedRows++
    log.error('the store lost an entry of %d bytes; peers are asked for it again', meta.sizeBytes)
    this.set.remove(meta.key, clock.now())
    this.#store.append({ changes: [{ type: 'drop', meta: held, reason: 'lost' }] })
  }

  #isWritable(): boolean {
    const { broken } = this.#store
    if (this.#repair.isReadOnly) return false
    if (broken === undefined) return true
    // another replica of the same store met the fault
    this.#repair.broken(broken)
    return false
  }

  #assertWritable(): void {
    if (!this.#isWritable()) throw new ReplicaError('read-only', this.readOnly ?? 'the store takes no writes')
  }

  #count(outcome: Outcome): void {
    const { counters } = this.#the
    const verdict = verdictOf(outcome)
    if (verdict !== undefined) counters.verdicts[verdict]++
    else if (outcome === 'read-only') counters.refusedReadOnly++
  }

  #syncHost(): SyncHost {
    const { set } = this
    return {
      set: {
        tree: set.tree,
        wants: (itemId, nowMs) => this.#isWritable() && set.wants(itemId, nowMs),
        forget: (itemId, nowMs) => set.forget(itemId, nowMs),
        getByItem: itemId => set.getByItem(itemId),
      },
      priceRank: () => set.rankNeeded(PRICED_BYTES),
      read: itemIds => this.#readItems(itemIds),
      ingest: (arrivals, from) => this.#ingestItems(arrivals, from),
      blame: (peer, reason, why) => this.blame(peer, `${reason}: ${why}`),
      onProgress: this.#the.onProgress,
      onHello: (peer, said) => this.#heard(peer, said),
    }
  }

  async #readItems(itemIds: readonly Uint8Array[]): Promise<Array<WireEntry | undefined>> {
    const metas = itemIds.map(itemId => this.set.getByItem(itemId))
    const held = metas.filter(meta => meta !== undefined)
    const found = (await this.readBytes(held)).values()
    return metas.map(meta => {
      const bytes = meta === undefined ? undefined : found.next().value
      return bytes === undefined ? undefined : { bytes, stamp: rawStamp(meta!) }
    })
  }

  async #ingestItems(arrivals: readonly Arrival[], from: PeerId): Promise<Array<Verdict | undefined>> {
    const peer = from.toString()
    const outcomes = await this.ingest.takeMany(
      arrivals.map(({ bytes, stamp, itemId }) => ({ peer, bytes, stamp, itemId })),
    )
    return outcomes.map(verdictOf)
  }

  #heard(peer: PeerId, { offsetMs, priceRank }: Said): void {
    const { options, onClock, log } = this.#the
    this.claims.heard(peer.toString(), { offsetMs, priceRank })
    const ownOffsetMs = this.claims.clockOffsetMs ?? 0
    const isOff = Math.abs(ownOffsetMs) > options.maxClockSkewMs
    if (isOff === this.#isClockOff) return
    this.#isClockOff = isOff
    log.error('this clock is %d ms ahead of the median of its peers', ownOffsetMs)
    onClock({ offsetMs: ownOffsetMs, isOff })
  }
}

/** Odd, and nobody's to know. */
function randomSalt(): { first: number; second: number; third: number } {
  const [first, second, third] = crypto.getRandomValues(new Uint32Array(3)) as unknown as [number, number, number]
  return { first: first | 1, second: second | 1, third: third | 1 }
}
