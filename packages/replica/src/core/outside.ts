import { Positions, SlotHeap } from './slot-heap.ts'

export interface OutsideInit {
  rankOf: (slot: number) => number
  chargeOf: (slot: number) => number
  /** The greater of two slots of one rank comes first. */
  less: (a: number, b: number) => boolean
}

interface Alike {
  readonly rank: number
  readonly slots: SlotHeap
}

/**
 * Own entries that are kept without a place. Of those whose places would be alike, in rank and charge, only the first can be the next to get one: so
 * each time that room is freed some dozens are looked at, however many there are.
 */
export class Outside {
  readonly #init: OutsideInit
  readonly #positions = new Positions()
  readonly #byPlace = new Map<string, Alike>()
  #size = 0

  constructor(init: OutsideInit) {
    this.#init = init
  }

  get size(): number {
    return this.#size
  }

  add(slot: number): void {
    const { rankOf, less } = this.#init
    const place = this.#placeOf(slot)
    let alike = this.#byPlace.get(place)
    if (alike === undefined) {
      alike = { rank: rankOf(slot), slots: new SlotHeap((a, b) => less(b, a), this.#positions) }
      this.#byPlace.set(place, alike)
    }
    alike.slots.push(slot)
    this.#size++
  }

  delete(slot: number): void {
    const place = this.#placeOf(slot)
    const { slots } = this.#byPlace.get(place)!
    slots.delete(slot)
    if (slots.size === 0) this.#byPlace.delete(place)
    this.#size--
  }

  /** One of each place, the highest rank first. */
  firsts(): number[] {
    const { less } = this.#init
    return [...this.#byPlace.values()]
      .map(({ rank, slots }) => ({ rank, slot: slots.peek()! }))
      .sort((a, b) => b.rank - a.rank || (less(a.slot, b.slot) ? 1 : -1))
      .map(({ slot }) => slot)
  }

  #placeOf(slot: number): string {
    const { rankOf, chargeOf } = this.#init
    return `${rankOf(slot)}/${chargeOf(slot)}`
  }
}
