import { capacity } from './place.ts'
import { SlotHeap } from './slot-heap.ts'
import type { Pricing } from './place.ts'
import type { Positions } from './slot-heap.ts'

/** Ranks go from -17 - 43, for the largest and longest without a stamp, to 256, for a hash of zeros. */
const LOWEST_RANK = -64
const RANKS = 64 + 257

export interface BudgetInit {
  budgetBytes: number
  pricing: Pricing
  /** The lesser of two slots of one rank leaves first. */
  less: (a: number, b: number) => boolean
  chargeOf: (slot: number) => number
  rankOf: (slot: number) => number
  /** All slots of a rank, asked for once, when one of that rank first may have to leave. */
  slotsOf: (rank: number) => Iterable<number>
  positions: Positions
}

/** A place that an entry has, or would have. */
interface Taken {
  readonly rank: number
  readonly chargeBytes: number
}

/**
 * Who has a place. All entries of a rank and of those below it together may take no more than the capacity of that rank. From the highest
 * down, each entry is kept if it fits beside those kept before it, and passed over if not. So the set is the lexicographically highest that fits, what arrives can
 * only raise it, and nodes that exchange what they have end alike. (If the lowest were dropped until the rest fits, a set could fall: something large
 * evicts two small ones and is evicted itself.)
 */
export class Budget {
  readonly #init: BudgetInit
  readonly #sums = new Float64Array(RANKS)
  /** Only of ranks that somebody had to leave. */
  readonly #heaps = new Map<number, SlotHeap>()
  readonly #freeBytes: number
  #total = 0

  constructor(init: BudgetInit) {
    this.#init = init
    this.#freeBytes = capacity(init.budgetBytes, LOWEST_RANK, init.pricing)
  }

  get chargedBytes(): number {
    return this.#total
  }

  add(slot: number): void {
    const charge = this.#init.chargeOf(slot)
    const rank = this.#init.rankOf(slot)
    this.#sums[rank - LOWEST_RANK]! += charge
    this.#total += charge
    this.#heaps.get(rank)?.push(slot)
  }

  delete(slot: number): void {
    const charge = this.#init.chargeOf(slot)
    const rank = this.#init.rankOf(slot)
    this.#sums[rank - LOWEST_RANK]! -= charge
    this.#total -= charge
    this.#heaps.get(rank)?.delete(slot)
  }

  /** Whether an entry would have a place, were `without` not there. `above(slot)` says whether the entry comes before a slot of the same rank. */
  fits(place: Taken, above: (slot: number) => boolean, without?: number): boolean {
    let over = this.#over(place.rank, place.chargeBytes, without)
    if (over <= 0) return true
    const popped: number[] = []
    for (const slot of this.#lowest(place.rank)) {
      popped.push(slot)
      if (this.#init.rankOf(slot) === place.rank && !above(slot)) break
      if (slot !== without) over -= this.#init.chargeOf(slot)
      if (over <= 0) break
    }
    this.#putBack(popped)
    return over <= 0
  }

  /** The slots that have no place any more since one of this rank was added: to be deleted by the caller. */
  evicted(rank: number): number[] {
    const over = this.#over(rank, 0)
    if (over <= 0) return []
    const popped: number[] = []
    let freed = 0
    for (const slot of this.#lowest(rank)) {
      popped.push(slot)
      freed += this.#init.chargeOf(slot)
      if (freed >= over) break
    }
    this.#putBack(popped)
    // of these the higher ones that still fit stay
    let spare = freed - over
    return popped.reverse().filter(slot => {
      const charge = this.#init.chargeOf(slot)
      if (charge > spare) return true
      spare -= charge
      return false
    })
  }

  /** The lowest rank at which an entry would have a place without one of its own rank leaving for it: so that it keeps it, too. */
  rankNeeded(chargeBytes: number): number | undefined {
    let needed: number | undefined
    let below = this.#total
    let worst = Number.NEGATIVE_INFINITY
    for (let rank = LOWEST_RANK + RANKS - 1; rank >= LOWEST_RANK; rank--) {
      worst = Math.max(worst, below - this.#capacity(rank))
      below -= this.#sums[rank - LOWEST_RANK]!
      // what is lower would have to leave, and that is not enough
      if (worst + chargeBytes > below) return needed
      needed = rank
    }
    return needed
  }

  /** By how much the worst of the capacities of this rank and above is exceeded. */
  #over(rank: number, more: number, without?: number): number {
    const freed = without === undefined ? 0 : this.#init.chargeOf(without)
    const freedRank = without === undefined ? 0 : this.#init.rankOf(without)
    if (this.#total + more - freed <= this.#freeBytes) return 0
    let sum = more
    let worst = 0
    for (let at = LOWEST_RANK; at < LOWEST_RANK + RANKS; at++) {
      sum += this.#sums[at - LOWEST_RANK]!
      if (without !== undefined && at === freedRank) sum -= freed
      if (at >= rank) worst = Math.max(worst, sum - this.#capacity(at))
    }
    return worst
  }

  /** Takes slots out of their heaps, the lowest first, up to a rank. */
  *#lowest(upTo: number): Generator<number> {
    for (let rank = LOWEST_RANK; rank <= upTo; rank++) {
      if (this.#sums[rank - LOWEST_RANK] === 0) continue
      const heap = this.#heapOf(rank)
      for (let slot = heap.pop(); slot !== undefined; slot = heap.pop()) yield slot
    }
  }

  #putBack(slots: number[]): void {
    for (const slot of slots) this.#heapOf(this.#init.rankOf(slot)).push(slot)
  }

  #capacity(rank: number): number {
    return capacity(this.#init.budgetBytes, rank, this.#init.pricing)
  }

  #heapOf(rank: number): SlotHeap {
    let heap = this.#heaps.get(rank)
    if (heap === undefined) {
      heap = new SlotHeap(this.#init.less, this.#init.positions)
      for (const slot of this.#init.slotsOf(rank)) heap.push(slot)
      this.#heaps.set(rank, heap)
    }
    return heap
  }
}
