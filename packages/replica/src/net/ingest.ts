import { platform } from '#platform'
import { itemIdOf } from '../core/item-id.ts'
import { compareBytes } from '../core/place.ts'
import { EntryError } from '../core/rules.ts'
import { isBlamed, isTaken } from '../core/verdict.ts'
import { checkStamp, StampError } from '../stamp.ts'
import { keyText } from './key-text.ts'
import { Lanes } from './lanes.ts'
import type { EntrySet } from '../core/entry-set.ts'
import type { Entry, Stamp, Verified } from '../core/entry.ts'
import type { Rules } from '../core/rules.ts'
import type { Verdict } from '../core/verdict.ts'
import type { RawStamp } from '../stamp.ts'
import type { Clock } from './clock.ts'
import type { LaneLimits } from './lanes.ts'
import type { EntryStore } from './store.ts'

/** A verdict, or why there is none: the store takes no writes, the replica was stopped, or the rules threw, which is nobody else's fault. */
export type Outcome = Verdict | NoVerdict
export type NoVerdict = 'read-only' | 'stopped' | 'failed'

export function verdictOf(outcome: Outcome): Verdict | undefined {
  return outcome === 'read-only' || outcome === 'stopped' || outcome === 'failed' ? undefined : outcome
}

export interface IngestInit<E extends Entry> {
  rules: Rules<E>
  set: EntrySet
  store: EntryStore<E>
  /** Whether what is added now can be stored. */
  isWritable: () => boolean
  admit: ((entry: E) => boolean) | undefined
  isOwn: ((entry: E) => boolean) | undefined
  clock: Clock
  limits: LaneLimits
  onSettled: (outcome: Outcome) => void
  onError: (error: unknown) => void
}

export interface Arrived {
  /** Who sent it. What one peer sends waits in one line. */
  readonly peer: string
  readonly bytes: Uint8Array
  readonly stamp: RawStamp | undefined
  /** What was asked for. Another one is malformed. */
  readonly itemId?: Uint8Array
  readonly isOwn?: boolean
  /** It came without what it travelled with: where there is no stamp, the one held of its key serves. */
  readonly mayRest?: boolean
  readonly done: (outcome: Outcome) => void
}

/** Signatures under way: enough that no core waits for the next batch, and little enough that each is judged soon. */
const MAX_VERIFYING = 512
const VERIFY_BATCH = 64
/** Work in one turn of the event loop, in ms. */
const SLICE_MS = 5
/** How often the time is looked at. */
const CHECK_EVERY = 8

class Item<E extends Entry> {
  readonly arrived: Arrived
  readonly peer: string
  readonly sizeBytes: number
  entry: E | undefined
  /** Of the entry. */
  id = ''
  stamp: Stamp | undefined
  isOwn: boolean
  /** The same entry, come again while this one is being judged. */
  again: Array<Item<E>> | undefined

  constructor(arrived: Arrived) {
    this.arrived = arrived
    this.peer = arrived.peer
    this.sizeBytes = arrived.bytes.byteLength
    this.isOwn = arrived.isOwn ?? false
  }
}

/**
 * The only way into the set: size, form, known already?, times, order, quota, room, and only then the proof, in batches off the main thread.
 * What is taken is judged when it is durable.
 */
export class Ingest<E extends Entry> {
  readonly #init: IngestInit<E>
  readonly #lanes: Lanes<Item<E>>
  /** What is being proven or stored, by id. */
  readonly #underWay = new Map<string, Item<E>>()
  #unproven: Array<Item<E>> = []
  #verifying = 0
  #isRunning = false
  #isStopped = false
  #wake: PromiseWithResolvers<void> | undefined
  #room: PromiseWithResolvers<void> | undefined

  constructor(init: IngestInit<E>) {
    this.#init = init
    this.#lanes = new Lanes(init.limits)
  }

  /** What waits, is checked or is stored. */
  get queued(): number {
    return this.#lanes.count
  }

  /** False when there is no room for it: then nothing happens. */
  offer(arrived: Arrived): boolean {
    if (this.#isStopped || !this.#lanes.hasRoom(arrived.peer, arrived.bytes.byteLength)) return false
    this.#lanes.push(new Item(arrived))
    this.#wake?.resolve()
    if (!this.#isRunning) {
      this.#isRunning = true
      void this.#run()
    }
    return true
  }

  /** Waits for room. Resolves to what became of it. */
  async take(arrived: Omit<Arrived, 'done'>, signal?: AbortSignal): Promise<Outcome> {
    const [outcome] = await this.takeMany([arrived], signal)
    return outcome!
  }

  /** Waits for room for each. Resolves, in order, to what became of them. */
  async takeMany(all: ReadonlyArray<Omit<Arrived, 'done'>>, signal?: AbortSignal): Promise<Outcome[]> {
    const judged: Array<Promise<Outcome>> = []
    for (const arrived of all) {
      const outcome = Promise.withResolvers<Outcome>()
      if (this.#fits(arrived.bytes)) await this.#enter({ ...arrived, done: outcome.resolve }, signal)
      else outcome.resolve('malformed')
      judged.push(outcome.promise)
    }
    return Promise.all(judged)
  }

  async #enter(arrived: Arrived, signal: AbortSignal | undefined): Promise<void> {
    while (!this.offer(arrived)) {
      signal?.throwIfAborted()
      if (this.#isStopped) return arrived.done('stopped')
      await (this.#room ??= Promise.withResolvers()).promise
    }
  }

  /** Longer than an entry may be, or than there will ever be room for. */
  #fits({ byteLength }: Uint8Array): boolean {
    const { rules, limits } = this.#init
    return byteLength <= Math.min(rules.maxEntryBytes, limits.maxQueuedBytes, limits.maxQueuedBytesPerPeer)
  }

  /** What waits is not judged any more. */
  stop(): void {
    this.#isStopped = true
    for (let item = this.#lanes.take(); item !== undefined; item = this.#lanes.take()) this.#settle(item, 'stopped')
    this.#wake?.resolve()
    this.#room?.resolve()
  }

  async #run(): Promise<void> {
    let sliceEndMs = performance.now() + SLICE_MS
    let sinceCheck = 0
    for (;;) {
      const item = this.#verifying < MAX_VERIFYING ? this.#lanes.take() : undefined
      if (item !== undefined) {
        this.#judge(item)
        if (++sinceCheck < CHECK_EVERY) continue
        sinceCheck = 0
        if (performance.now() < sliceEndMs) continue
      } else {
        this.#verify()
        if (this.#lanes.waiting === 0) break
        this.#wake = Promise.withResolvers()
        await this.#wake.promise
        this.#wake = undefined
      }
      await platform.nextTurn()
      sliceEndMs = performance.now() + SLICE_MS
    }
    this.#isRunning = false
  }

  /** All that is cheap. */
  #judge(item: Item<E>): void {
    if (!this.#init.isWritable()) return this.#settle(item, 'read-only')
    const verdict = this.#read(item)
    if (verdict !== undefined) return this.#settle(item, verdict)
    item.id = keyText(item.entry!.id)
    const same = this.#underWay.get(item.id)
    if (same !== undefined) {
      ;(same.again ??= []).push(item)
      return
    }
    this.#consider(item)
  }

  #consider(item: Item<E>): void {
    const { set, clock } = this.#init
    const verdict = set.consider(item.entry!, item.stamp, clock.now(), item.isOwn)
    if (!isTaken(verdict)) {
      // it may be known as somebody else's, and be made one's own
      if (verdict === 'known' && item.isOwn) return this.#add(item)
      return this.#settle(item, verdict)
    }
    this.#underWay.set(item.id, item)
    // held already, byte for byte, so it is proven
    if (verdict === 'restamped') return this.#add(item)
    this.#verifying++
    if (this.#unproven.push(item) >= VERIFY_BATCH) this.#verify()
  }

  /** Undefined when there is nothing against it. */
  #read(item: Item<E>): Outcome | undefined {
    const { rules, set, admit, isOwn } = this.#init
    const { bytes, stamp, itemId, mayRest = false } = item.arrived
    if (bytes.byteLength > rules.maxEntryBytes) return 'malformed'
    let entry: E
    try {
      entry = rules.parse(bytes)
    } catch (error) {
      if (error instanceof EntryError) return 'malformed'
      this.#init.onError(error)
      return 'failed'
    }
    item.entry = entry
    try {
      if (stamp !== undefined) item.stamp = checkStamp(entry.key, stamp)
      else if (mayRest && rules.floorRank !== undefined) item.stamp = set.get(entry.key)?.stamp
    } catch (error) {
      if (error instanceof StampError) return 'bad-stamp'
      throw error
    }
    if (itemId !== undefined && compareBytes(itemId, itemIdOf(entry.id, item.stamp)) !== 0) return 'malformed'
    if (admit !== undefined && !admit(entry)) return 'not-allowed'
    item.isOwn ||= isOwn?.(entry) ?? false
    return undefined
  }

  #verify(): void {
    const items = this.#unproven
    if (items.length === 0) return
    this.#unproven = []
    void this.#proven(items)
  }

  async #proven(items: Array<Item<E>>): Promise<void> {
    const { rules, onError } = this.#init
    let proofs: readonly boolean[] | undefined
    try {
      proofs = await rules.verify(items.map(({ entry }) => entry!))
    } catch (error) {
      onError(error)
    }
    this.#verifying -= items.length
    for (const [index, item] of items.entries()) {
      if (proofs === undefined) this.#finish(item, 'failed')
      else if (proofs[index] === true) this.#add(item)
      else this.#finish(item, 'unproven')
    }
    this.#wake?.resolve()
  }

  #add(item: Item<E>): void {
    const { set, store, clock, isWritable } = this.#init
    // the set must not run ahead of a store that takes nothing
    if (!isWritable()) return this.#finish(item, 'read-only')
    const entry = item.entry as Verified<E>
    const { verdict, changes } = set.add(entry, item.stamp, clock.now(), { own: item.isOwn })
    if (changes.length === 0) return this.#finish(item, verdict)
    store.append({
      changes,
      entry,
      settle: isDurable => this.#finish(item, isDurable ? verdict : 'read-only'),
    })
  }

  #finish(item: Item<E>, outcome: Outcome): void {
    if (this.#underWay.get(item.id) === item) this.#underWay.delete(item.id)
    this.#settle(item, outcome)
    for (const again of item.again ?? []) {
      const verdict = verdictOf(outcome)
      // who sent the same is as much to blame; and what was proven once is proven
      if (verdict === undefined || isBlamed(verdict)) this.#settle(again, outcome)
      else this.#add(again)
    }
  }

  #settle(item: Item<E>, outcome: Outcome): void {
    this.#lanes.release(item)
    this.#init.onSettled(outcome)
    item.arrived.done(outcome)
    this.#room?.resolve()
    this.#room = undefined
  }
}
