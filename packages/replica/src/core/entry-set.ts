import { ReconcileTree } from '@stoa/reconcile'
import { Budget } from './budget.ts'
import { Forgotten } from './forgotten.ts'
import { Groups } from './groups.ts'
import { KeyRate } from './key-rate.ts'
import { itemIdOf } from './item-id.ts'
import { Outside } from './outside.ts'
import { covers, placeOf, sizeClassOf } from './place.ts'
import { Placing } from './placing.ts'
import { scan } from './scan.ts'
import { Positions, SlotHeap } from './slot-heap.ts'
import { SlotTable } from './slot-table.ts'
import { Slots } from './slots.ts'
import { isTaken } from './verdict.ts'
import type { Change, DropReason } from './change.ts'
import type { Entry, EntryMeta, Stamp, Verified } from './entry.ts'
import type { EntrySetOptions } from './entry-set-options.ts'
import type { GroupCount } from './groups.ts'
import type { Place } from './place.ts'
import type { ScanPage, ScanQuery } from './scan.ts'
import type { Verdict } from './verdict.ts'

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
  readonly #placing: Placing
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
    this.#placing = new Placing({ slots, groups: this.#groups, budget: this.#budget })
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
    const extent = { sizeBytes: bytes.byteLength, createdMs, holdsMs }
    // whatever is held: what was taken is passed on as it came, and must be good everywhere
    if (this.#isBelowFloor(placeOf(extent, stamp, undefined))) return 'bad-stamp'
    const held = this.#byKey.find(key)
    if (held !== undefined) {
      const order = this.#slots.compareWith(entry, held)
      if (order < 0) return 'superseded'
      if (order === 0) return this.#placing.better(entry, stamp, held, own) === undefined ? 'known' : 'restamped'
    }
    if (!(createdMs <= expiresMs && expiresMs <= holdsMs && holdsMs - createdMs <= maxTtlMs)) return 'malformed'
    if (createdMs > nowMs + maxClockSkewMs) return 'future'
    if (holdsMs <= nowMs) return 'expired'
    if (stamp !== undefined && !covers(stamp, extent)) return 'bad-stamp'
    const place = this.#placing.with(entry, stamp, held)
    const leaving = this.#placing.leavingFor(entry, held)
    if (leaving !== undefined && leaving !== held && !this.#placing.comesBefore(entry, place, leaving))
      return 'over-quota'
    if (!own && !this.#placing.fits(entry, place, leaving)) return 'no-room'
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
      (verdict === 'restamped' && held !== undefined && this.#placing.better(entry, stamp, held, own)) ||
      this.#placing.with(entry, stamp, held)
    // only an own entry can be without
    const hasPlace = this.#placing.fits(entry, place, this.#placing.leavingFor(entry, held))
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
    // from when the floor was lower: nobody would take it, own or not
    if (this.#isBelowFloor(place)) return [{ type: 'drop', meta, reason: 'no-room' }]
    const changes: Change[] = []
    // with a smaller quota than last time, or a smaller budget
    const lowest = this.#groups.lowestIfFull(meta.group)
    if (lowest !== undefined && !this.#placing.comesBefore(meta, place, lowest)) {
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
  scan(query: ScanQuery): ScanPage {
    return scan({ tree: this.tree, slots: this.#slots, byItem: this.#byItem, groups: this.#groups }, query)
  }

  /** The lowest rank that would have a place now; undefined when nothing of this size would. */
  rankNeeded(sizeBytes: number): number | undefined {
    const needed = this.#budget.rankNeeded(2 ** sizeClassOf(sizeBytes))
    return needed === undefined ? undefined : Math.max(needed, this.#options.floorRank ?? needed)
  }

  /** The rank that an entry’s place has, for one that is to replace it. */
  rankOf(key: Uint8Array): number | undefined {
    const slot = this.#byKey.find(key)
    return slot === undefined ? undefined : this.#slots.rank[slot]
  }

  #isBelowFloor({ rank }: Place): boolean {
    const { floorRank } = this.#options
    return floorRank !== undefined && rank < floorRank
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

  *#where(accepts: (slot: number) => boolean): Generator<number> {
    for (const item of this.tree.items()) {
      const slot = this.#byItem.find(item.id)
      if (slot !== undefined && accepts(slot)) yield slot
    }
  }
}
