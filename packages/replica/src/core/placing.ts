import { compareBytes, placeOf } from './place.ts'
import type { Budget } from './budget.ts'
import type { Entry, Stamp } from './entry.ts'
import type { Groups } from './groups.ts'
import type { Place } from './place.ts'
import type { Slots } from './slots.ts'

/** Which place an entry would have among those that are held, and who would leave for it. Changes nothing. */
export class Placing {
  readonly #slots: Slots
  readonly #groups: Groups
  readonly #budget: Budget

  constructor({ slots, groups, budget }: { slots: Slots; groups: Groups; budget: Budget }) {
    this.#slots = slots
    this.#groups = groups
    this.#budget = budget
  }

  /** The place of an entry with the stamp that came with it, or with the one held of its key. */
  with(entry: Entry, stamp: Stamp | undefined, held: number | undefined): Place {
    const extent = { sizeBytes: entry.bytes.byteLength, createdMs: entry.createdMs, holdsMs: entry.holdsMs }
    return placeOf(extent, stamp, held === undefined ? undefined : this.#slots.stamp(held))
  }

  /** By rank, then by version: the one order by which entries leave, for quotas and for room alike. */
  comesBefore(entry: Pick<Entry, 'seq' | 'isFinal' | 'id'>, { rank }: Place, slot: number): boolean {
    const difference = rank - this.#slots.rank[slot]!
    return difference === 0 ? this.#slots.compareWith(entry, slot) >= 0 : difference > 0
  }

  /**
   * Who leaves when it is taken: the version it replaces, or the lowest of its full group. Their room is its room, or nodes that met the two in
   * another order would disagree for ever.
   */
  leavingFor(entry: Entry, held: number | undefined): number | undefined {
    if (held !== undefined && this.#groups.name(this.#slots.group[held]!) === entry.group) return held
    return this.#groups.lowestIfFull(entry.group) ?? held
  }

  fits(entry: Entry, place: Place, leaving: number | undefined): boolean {
    const without = leaving === undefined || this.#slots.isOutside(leaving) ? undefined : leaving
    return this.#budget.fits(place, slot => this.#slots.compareWith(entry, slot) >= 0, without)
  }

  /**
   * What an entry that is held gains by another stamp: a higher rank, where that fits. An own one without a place also takes a lower rank that
   * gives it one: with that it is held by others.
   */
  better(entry: Entry, stamp: Stamp | undefined, held: number, own: boolean): Place | undefined {
    const current = this.#slots.stamp(held)
    if (stamp === undefined ? current === undefined : isSame(current, stamp)) return undefined
    const stronger = this.with(entry, stamp, held)
    if (stamp !== undefined && stronger.stamp === stamp && this.fits(entry, stronger, held)) return stronger
    if (!this.#slots.isOutside(held)) return undefined
    const other = this.with(entry, stamp, undefined)
    if (this.fits(entry, other, held)) return other
    // its owner has mined it, and will mine more
    return own && stronger.stamp === stamp && stamp !== undefined ? stronger : undefined
  }
}

function isSame(current: Stamp | undefined, stamp: Stamp): boolean {
  return current !== undefined && compareBytes(current.hash, stamp.hash) === 0
}
