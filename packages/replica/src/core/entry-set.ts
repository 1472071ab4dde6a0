import { ReconcileTree } from '@stoa/reconcile'
import { Budget } from './budget.ts'
import { Forgotten } from './forgotten.ts'
import { Groups } from './groups.ts'
import { KeyRate } from './key-rate.ts'
import { Outside } from './outside.ts'
import { compareBytes, covers, placeOf, sizeClassOf } from './place.ts'
import { Positions, SlotHeap } from './slot-heap.ts'
import { ID_BYTES, SlotTable } from './slot-table.ts'
import { Slots } from './slots.ts'
import { isTaken } from './verdict.ts'
import type { Change, DropReason } from './change.ts'
import type { Entry, EntryMeta, Stamp, Verified } from './entry.ts'
import type { GroupCount } from './groups.ts'
import type { Place, Pricing } from './place.ts'
import type { Salt } from './slot-table.ts'
import type { Verdict } from './verdict.ts'

export interface EntrySetOptions {
  /** Entries that one group may have. */
  maxPerGroup: number
  /** Longest `holdsMs - createdMs`. */
  maxTtlMs: number
  /** What all places together may take. */
  budgetBytes: number
  /** How far ahead of this clock an entry may have been made. */
  maxClockSkewMs: number
  pricing: Pricing
  /** Versions of one key that others may send at once, and after that one every `keyIntervalMs`. */
  keyBurst: number
  keyIntervalMs: number
  /** Items remembered as not worth fetching again, and for how long at least. */
  maxForgotten: number
  forgottenMs: number
  salt: Salt
}

/** Where a page ends and the next begins. */
export interface Cursor {
  readonly createdMs: number
  readonly itemId: Uint8Array
}

export interface ScanQuery {
  /** Asked once a group. */
  group?: (group: string) => boolean
  /** Asked once a mark. */
  mark?: (mark: number) => boolean
  /** Neither final nor expired; false: only those that are. */
  live?: boolean
  own?: boolean
  after?: Cursor
  /** The latest first. */
  reverse?: boolean
  limit: number
}

export interface ScanPage {
  readonly metas: EntryMeta[]
  /** Where to go on; undefined at the end. A page may be short, or empty, and have a next: it looked at `MAX_SCANNED` entries. */
  readonly next: Cursor | undefined
}

/** Entries that one page looks at: some 10 ms, since an event loop waits for it. */
export const MAX_SCANNED = 20_000

export interface Added {
  readonly verdict: Verdict
  readonly changes: Change[]
}

/**
 * The entries of a replica, without their bytes. What it holds depends only on which entries it was given and on the time, not on their
 * order: one version of each key, the highest of each group, those that have a place in the budget (spec/replica.md §3 to §5).
 */
export class EntrySet {
  /** All that is held, by (createdMs, itemId). */
  readonly tree = new ReconcileTree()
  readonly #options: EntrySetOptions
  readonly #slots: Slots
  readonly #byKey: SlotTable
  readonly #byItem: SlotTable
  readonly #groups: Groups
  readonly #budget: Budget
  /** By when something happens to them: they expire, or need not be kept any longer. */
  readonly #wakes: SlotHeap
  readonly #forgotten: Forgotten
  readonly #keyRate: KeyRate
  /** Own entries without a place. */
  readonly #outside: Outside
  /** Something has left its place since one outside was last tried. */
  #hasFreed = false
  #liveCount = 0

  constructor(options: EntrySetOptions) {
    this.#options = options
    const slots = new Slots(() => {
      this.#byKey.moved(slots.keys)
      this.#byItem.moved(slots.items)
    })
    const less = (a: number, b: number): boolean => slots.compare(a, b) < 0
    const ranksLower = (a: number, b: number): boolean =>
      slots.rank[a] === slots.rank[b] ? less(a, b) : slots.rank[a]! < slots.rank[b]!
    this.#slots = slots
    this.#byKey = new SlotTable(options.salt, slots.keys)
    this.#byItem = new SlotTable(options.salt, slots.items)
    this.#wakes = new SlotHeap((a, b) => this.#wakeMs(a) < this.#wakeMs(b), new Positions())
    this.#groups = new Groups({
      maxPerGroup: options.maxPerGroup,
      less: ranksLower,
      slotsOf: group => this.#where(slot => slots.group[slot] === group),
      positions: new Positions(),
    })
    this.#budget = new Budget({
      budgetBytes: options.budgetBytes,
      pricing: options.pricing,
      less,
      chargeOf: slot => this.#chargeOf(slot),
      rankOf: slot => slots.rank[slot]!,
      slotsOf: rank => this.#where(slot => slots.rank[slot] === rank && !slots.isOutside(slot)),
      positions: new Positions(),
    })
    this.#outside = new Outside({ rankOf: slot => slots.rank[slot]!, chargeOf: slot => this.#chargeOf(slot), less })
    this.#forgotten = new Forgotten(options.maxForgotten, options.forgottenMs)
    this.#keyRate = new KeyRate(options.keyBurst, options.keyIntervalMs)
  }

  get size(): number {
    return this.tree.size
  }

  /** Neither final nor expired. */
  get liveCount(): number {
    return this.#liveCount
  }

  /** What the places of all entries take of the budget; without own entries that have none. */
  get chargedBytes(): number {
    return this.#budget.chargedBytes
  }

  /** Own entries that are kept though they have no place: a stronger stamp would give them one. */
  get outside(): EntryMeta[] {
    if (this.#outside.size === 0) return []
    return [...this.#where(slot => this.#slots.isOutside(slot))].map(slot => this.#meta(slot))
  }

  /**
   * What would become of an entry, before it is verified. Changes nothing. Only `new` and `newer` need the dear check: what is `restamped` is
   * held already, byte for byte.
   */
  consider(entry: Entry, stamp: Stamp | undefined, nowMs: number, own = false): Verdict {
    const { maxClockSkewMs, maxTtlMs } = this.#options
    const { createdMs, expiresMs, holdsMs, bytes, key } = entry
    const held = this.#byKey.find(key)
    if (held !== undefined) {
      const order = this.#slots.compareWith(entry, held)
      if (order < 0) return 'superseded'
      if (order === 0) return this.#betterPlace(entry, stamp, held, own) === undefined ? 'known' : 'restamped'
    }
    if (!(createdMs <= expiresMs && expiresMs <= holdsMs && holdsMs - createdMs <= maxTtlMs)) return 'malformed'
    if (createdMs > nowMs + maxClockSkewMs) return 'future'
    if (holdsMs <= nowMs) return 'expired'
    const extent = { sizeBytes: bytes.byteLength, createdMs, holdsMs }
    if (stamp !== undefined && !covers(stamp, extent)) return 'bad-stamp'
    const place = this.#placeWith(entry, stamp, held)
    const leaving = this.#leavingFor(entry, held)
    if (leaving !== undefined && leaving !== held && !this.#comesBefore(entry, place, leaving)) return 'over-quota'
    if (!own && !this.#fits(entry, place, leaving)) return 'no-room'
    if (held === undefined) return 'new'
    return !own && this.#keyRate.isTooFast(key, nowMs) ? 'too-often' : 'newer'
  }

  /** Takes an entry that is proven, if it still is to be taken. Own entries are kept without a place, too. */
  add(entry: Verified, stamp: Stamp | undefined, nowMs: number, { own = false }: { own?: boolean } = {}): Added {
    const verdict = this.consider(entry, stamp, nowMs, own)
    const held = this.#byKey.find(entry.key)
    if (!isTaken(verdict)) {
      if (verdict === 'known' && own && held !== undefined) return this.#claim(held)
      this.#rememberRefused(verdict, entry, stamp, nowMs)
      return { verdict, changes: [] }
    }
    const isOwn = own || (held !== undefined && this.#slots.isOwn(held))
    if (verdict === 'newer' && !own) this.#keyRate.count(entry.key, nowMs)
    const place =
      (verdict === 'restamped' && held !== undefined && this.#betterPlace(entry, stamp, held, own)) ||
      this.#placeWith(entry, stamp, held)
    // only an own entry can be without
    const hasPlace = this.#fits(entry, place, this.#leavingFor(entry, held))
    const previous = held === undefined ? undefined : this.#remove(held, nowMs)
    const meta: EntryMeta = {
      key: entry.key,
      id: entry.id,
      itemId: itemIdOf(entry.id, place.stamp),
      group: entry.group,
      seq: entry.seq,
      isFinal: entry.isFinal,
      createdMs: entry.createdMs,
      expiresMs: entry.expiresMs,
      holdsMs: entry.holdsMs,
      mark: entry.mark,
      sizeBytes: entry.bytes.byteLength,
      stamp: place.stamp,
      isOwn,
    }
    const slot = this.#insert(meta, place, hasPlace, nowMs)
    const changes: Change[] = [{ type: 'put', meta: this.#meta(slot), previous }]
    const group = this.#slots.group[slot]!
    if (this.#groups.isOver(group)) {
      const lowest = this.#groups.lowest(group)
      if (lowest !== undefined) this.#drop(lowest, 'over-quota', nowMs, changes)
    }
    if (hasPlace) this.#evictFor(place.rank, nowMs, changes)
    this.#readmit(nowMs, changes)
    return { verdict, changes }
  }

  /** Takes an entry back from the store, where it was put after it was proven. What is no longer to be kept comes back as a change. */
  restore(meta: EntryMeta, nowMs: number): Change[] {
    if (meta.holdsMs <= nowMs) return [{ type: 'drop', meta, reason: 'expired' }]
    if (this.#byKey.find(meta.key) !== undefined) return []
    const place = placeOf(meta, meta.stamp, undefined)
    const changes: Change[] = []
    // with a smaller quota than last time, or a smaller budget
    const lowest = this.#groups.lowestIfFull(meta.group)
    if (lowest !== undefined && !this.#comesBefore(meta, place, lowest)) {
      return [{ type: 'drop', meta, reason: 'over-quota' }]
    }
    if (lowest !== undefined) this.#drop(lowest, 'over-quota', nowMs, changes)
    const hasPlace = this.#budget.fits(place, slot => this.#slots.compareWith(meta, slot) > 0)
    if (!hasPlace && !meta.isOwn) return [...changes, { type: 'drop', meta, reason: 'no-room' }]
    this.#insert(meta, place, hasPlace, nowMs)
    if (hasPlace) this.#evictFor(place.rank, nowMs, changes)
    this.#readmit(nowMs, changes)
    return changes
  }

  /** What time has done, in its order. With more than `maxChanges` it stops, and is to be called again. */
  expire(nowMs: number, maxChanges = Number.POSITIVE_INFINITY): Change[] {
    const changes: Change[] = []
    while (changes.length < maxChanges) {
      const slot = this.#wakes.peek()
      if (slot === undefined || this.#wakeMs(slot) > nowMs) break
      if (this.#slots.isLive(slot)) this.#lapse(slot, changes)
      else this.#drop(slot, 'expired', nowMs, changes)
    }
    this.#readmit(nowMs, changes)
    return changes
  }

  /** When `expire` next has something to do. */
  nextWakeMs(): number | undefined {
    const slot = this.#wakes.peek()
    return slot === undefined ? undefined : this.#wakeMs(slot)
  }

  /** The store has lost it, or never had it. */
  remove(key: Uint8Array, nowMs: number): EntryMeta | undefined {
    const slot = this.#byKey.find(key)
    return slot === undefined ? undefined : this.#remove(slot, nowMs, false)
  }

  get(key: Uint8Array): EntryMeta | undefined {
    const slot = this.#byKey.find(key)
    return slot === undefined ? undefined : this.#meta(slot)
  }

  getByItem(itemId: Uint8Array): EntryMeta | undefined {
    const slot = this.#byItem.find(itemId)
    return slot === undefined ? undefined : this.#meta(slot)
  }

  /** Neither held nor dropped a moment ago: worth fetching. */
  wants(itemId: Uint8Array, nowMs: number): boolean {
    return this.#byItem.find(itemId) === undefined && !this.#forgotten.has(itemId, nowMs)
  }

  /** It was fetched, and is of no use. */
  forget(itemId: Uint8Array, nowMs: number): void {
    this.#forgotten.add(itemId, nowMs)
  }

  groups(): Iterable<GroupCount> {
    return this.#groups.counts()
  }

  /** A page of what is held, by (createdMs, itemId). */
  scan({ group, mark, live, own, after, reverse = false, limit }: ScanQuery): ScanPage {
    const inGroup = group === undefined ? undefined : this.#groups.matching(group)
    const marked = mark === undefined ? undefined : Array.from({ length: 256 }, (_, value) => mark(value))
    const from = after === undefined ? undefined : { timestamp: after.createdMs, id: after.itemId }
    const metas: EntryMeta[] = []
    let scanned = 0
    let last: number | undefined
    for (const item of this.tree.items({ from, reverse })) {
      // a cursor is the last one seen, and may be gone by now
      if (
        after !== undefined &&
        Number(item.timestamp) === after.createdMs &&
        compareBytes(item.id, after.itemId) === 0
      )
        continue
      if (metas.length === limit || scanned === MAX_SCANNED) return { metas, next: this.#cursor(last!) }
      const slot = this.#byItem.find(item.id)!
      scanned++
      last = slot
      if (inGroup !== undefined && inGroup[this.#slots.group[slot]!] === 0) continue
      if (marked !== undefined && !marked[this.#slots.mark[slot]!]) continue
      if (live !== undefined && this.#slots.isLive(slot) !== live) continue
      if (own !== undefined && this.#slots.isOwn(slot) !== own) continue
      metas.push(this.#meta(slot))
    }
    return { metas, next: undefined }
  }

  /** The lowest rank that would have a place now; undefined when nothing of this size would. */
  rankNeeded(sizeBytes: number): number | undefined {
    return this.#budget.rankNeeded(2 ** sizeClassOf(sizeBytes))
  }

  /** The rank that an entry’s place has, for one that is to replace it. */
  rankOf(key: Uint8Array): number | undefined {
    const slot = this.#byKey.find(key)
    return slot === undefined ? undefined : this.#slots.rank[slot]
  }

  #placeWith(entry: Entry, stamp: Stamp | undefined, held: number | undefined): Place {
    const extent = { sizeBytes: entry.bytes.byteLength, createdMs: entry.createdMs, holdsMs: entry.holdsMs }
    return placeOf(extent, stamp, held === undefined ? undefined : this.#slots.stamp(held))
  }

  /** By rank, then by version: the one order by which entries leave, for quotas and for room alike. */
  #comesBefore(entry: Pick<Entry, 'seq' | 'isFinal' | 'id'>, { rank }: Place, slot: number): boolean {
    const difference = rank - this.#slots.rank[slot]!
    return difference === 0 ? this.#slots.compareWith(entry, slot) >= 0 : difference > 0
  }

  /**
   * Who leaves when it is taken: the version it replaces, or the lowest of its full group. Their room is its room, or nodes that met the two in
   * another order would disagree for ever.
   */
  #leavingFor(entry: Entry, held: number | undefined): number | undefined {
    if (held !== undefined && this.#groups.name(this.#slots.group[held]!) === entry.group) return held
    return this.#groups.lowestIfFull(entry.group) ?? held
  }

  #fits(entry: Entry, place: Place, leaving: number | undefined): boolean {
    const without = leaving === undefined || this.#slots.isOutside(leaving) ? undefined : leaving
    return this.#budget.fits(place, slot => this.#slots.compareWith(entry, slot) >= 0, without)
  }

  /**
   * What an entry that is held gains by another stamp: a higher rank, where that fits. An own one without a place also takes a lower rank that
   * gives it one: with that it is held by others.
   */
  #betterPlace(entry: Entry, stamp: Stamp | undefined, held: number, own: boolean): Place | undefined {
    const current = this.#slots.stamp(held)
    if (stamp === undefined ? current === undefined : isSame(current, stamp)) return undefined
    const stronger = this.#placeWith(entry, stamp, held)
    if (stamp !== undefined && stronger.stamp === stamp && this.#fits(entry, stronger, held)) return stronger
    if (!this.#slots.isOutside(held)) return undefined
    const other = this.#placeWith(entry, stamp, undefined)
    if (this.#fits(entry, other, held)) return other
    // its owner has mined it, and will mine more
    return own && stronger.stamp === stamp && stamp !== undefined ? stronger : undefined
  }

  /** It was known as somebody's, and is ours. */
  #claim(slot: number): Added {
    if (this.#slots.isOwn(slot)) return { verdict: 'known', changes: [] }
    const previous = this.#meta(slot)
    this.#slots.setOwn(slot)
    return { verdict: 'known', changes: [{ type: 'put', meta: this.#meta(slot), previous }] }
  }

  #rememberRefused(verdict: Verdict, entry: Entry, stamp: Stamp | undefined, nowMs: number): void {
    // these two are worth another look later
    if (verdict === 'too-often' || verdict === 'future') return
    const itemId = itemIdOf(entry.id, stamp)
    // the same entry with a weaker stamp is known, and an item of its own
    if (verdict !== 'known' || this.#byItem.find(itemId) === undefined) this.#forgotten.add(itemId, nowMs)
  }

  #insert(meta: EntryMeta, place: Place, hasPlace: boolean, nowMs: number): number {
    const group = this.#groups.number(meta.group)
    const slot = this.#slots.insert(meta, group)
    if (meta.expiresMs <= nowMs) this.#slots.setLapsed(slot)
    const isLive = this.#slots.isLive(slot)
    this.#slots.rank[slot] = place.rank
    this.#byKey.insert(slot)
    this.#byItem.insert(slot)
    this.tree.insert(meta.createdMs, meta.itemId)
    this.#groups.add(slot, group, isLive)
    this.#wakes.push(slot)
    if (isLive) this.#liveCount++
    if (hasPlace) {
      this.#budget.add(slot)
    } else {
      this.#slots.setOutside(slot, true)
      this.#outside.add(slot)
    }
    return slot
  }

  #remove(slot: number, nowMs: number, forget = true): EntryMeta {
    const meta = this.#meta(slot)
    const isLive = this.#slots.isLive(slot)
    this.#byKey.delete(slot)
    this.#byItem.delete(slot)
    this.tree.delete(meta.createdMs, meta.itemId)
    this.#groups.delete(slot, this.#slots.group[slot]!, isLive)
    this.#wakes.delete(slot)
    if (isLive) this.#liveCount--
    if (this.#slots.isOutside(slot)) this.#outside.delete(slot)
    else {
      this.#budget.delete(slot)
      this.#hasFreed = true
    }
    this.#slots.delete(slot)
    if (forget) this.#forgotten.add(meta.itemId, nowMs)
    return meta
  }

  #drop(slot: number, reason: DropReason, nowMs: number, changes: Change[]): void {
    changes.push({ type: 'drop', meta: this.#remove(slot, nowMs), reason })
  }

  #evictFor(rank: number, nowMs: number, changes: Change[]): void {
    for (const slot of this.#budget.evicted(rank)) {
      this.#hasFreed = true
      if (!this.#slots.isOwn(slot)) {
        this.#drop(slot, 'no-room', nowMs, changes)
        continue
      }
      this.#budget.delete(slot)
      this.#slots.setOutside(slot, true)
      this.#outside.add(slot)
    }
  }

  /** Own entries take the room that was freed, as they would on nodes where they are not own: else those would hold another set. */
  #readmit(nowMs: number, changes: Change[]): void {
    while (this.#hasFreed && this.#outside.size > 0) {
      const next = this.#outside.firsts().find(slot => {
        const place = { rank: this.#slots.rank[slot]!, chargeBytes: this.#chargeOf(slot) }
        return this.#budget.fits(place, other => this.#slots.compare(slot, other) >= 0)
      })
      if (next === undefined) break
      this.#outside.delete(next)
      this.#slots.setOutside(next, false)
      this.#budget.add(next)
      this.#evictFor(this.#slots.rank[next]!, nowMs, changes)
    }
    this.#hasFreed = false
  }

  #lapse(slot: number, changes: Change[]): void {
    this.#wakes.delete(slot)
    this.#slots.setLapsed(slot)
    this.#wakes.push(slot)
    this.#groups.lapsed(this.#slots.group[slot]!)
    this.#liveCount--
    changes.push({ type: 'lapse', meta: this.#meta(slot) })
  }

  #wakeMs(slot: number): number {
    return this.#slots.isLive(slot) ? this.#slots.expiresMs[slot]! : this.#slots.holdsMs[slot]!
  }

  #chargeOf(slot: number): number {
    return 2 ** (this.#slots.stamp(slot)?.sizeClass ?? sizeClassOf(this.#slots.sizeBytes[slot]!))
  }

  #meta(slot: number): EntryMeta {
    return this.#slots.meta(slot, this.#groups.name(this.#slots.group[slot]!))
  }

  #cursor(slot: number): Cursor {
    return { createdMs: this.#slots.createdMs[slot]!, itemId: this.#slots.itemId(slot).slice() }
  }

  *#where(accepts: (slot: number) => boolean): Generator<number> {
    for (const item of this.tree.items()) {
      const slot = this.#byItem.find(item.id)
      if (slot !== undefined && accepts(slot)) yield slot
    }
  }
}

/** What reconciliation knows an entry by. With xor a set can tell it for a stamp that it held before, without hashing. */
export function itemIdOf(id: Uint8Array, stamp: Stamp | undefined): Uint8Array {
  if (stamp === undefined) return id
  const itemId = new Uint8Array(ID_BYTES)
  for (let index = 0; index < ID_BYTES; index++) itemId[index] = id[index]! ^ stamp.hash[index]!
  return itemId
}

function isSame(current: Stamp | undefined, stamp: Stamp): boolean {
  return current !== undefined && compareBytes(current.hash, stamp.hash) === 0
}
