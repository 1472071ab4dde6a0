import { capacity } from './place.ts'
import { SlotHeap } from './slot-heap.ts'
import type { Pricing } from './place.ts'
import type { Positions } from './slot-heap.ts'

/** Ranks go from -17 - 43 for the largest and longest without a stamp to 256 for a hash of zeros. */
const LOWEST_RANK = -64
const RANKS = 64 + 257

export interface BudgetInit {
  budgetBytes: number
  pricing: Pricing
  /** The lesser of two slots of one rank leaves first. */
  less: (a: number, b: number) => boolean
  chargeOf: (slot: number) => number
  /** All slots of a rank, asked for once, when that rank first has no room. */
  slotsOf: (rank: number) => Iterable<number>
  positions: Positions
}

/**
 * Who has a place. From the highest rank down, each entry is kept if what is above it and itself fit the capacity of its rank; what does not
 * fit is passed over. So the set is the lexicographically highest that fits, more arrivals can only raise it, and nodes that exchange
 * what they have end alike. (If the lowest were just dropped until the rest fits, a set could fall: something large evicts two small ones and is
 * evicted itself.)
 */
export class Budget {
  readonly #init: BudgetInit
  readonly #sums = new Float64Array(RANKS)
  /** Only of ranks that were full once. */
  readonly #heaps = new Map<number, SlotHeap>()
  #total = 0

  constructor(init: BudgetInit) {
    this.#init = init
  }

  get chargedBytes(): number {
    return this.#total
  }

  add(slot: number, rank: number): void {
    const charge = this.#init.chargeOf(slot)
    this.#sums[rank - LOWEST_RANK]! += charge
    this.#total += charge
    this.#heaps.get(rank)?.push(slot)
  }

  delete(slot: number, rank: number): void {
    const charge = this.#init.chargeOf(slot)
    this.#sums[rank - LOWEST_RANK]! -= charge
    this.#total -= charge
    this.#heaps.get(rank)?.delete(slot)
  }

  /**
   * Whether an entry would have a place, were `without` not there. `above(slot)` says whether the entry comes before a slot of the same rank.
   */
  fits(
    rank: number,
    chargeBytes: number,
    above: (slot: number) => boolean,
    without?: { rank: number; chargeBytes: number; slot: number },
  ): boolean {
    const freed = without !== undefined && without.rank >= rank ? without.chargeBytes : 0
    let over = this.#from(rank) - freed + chargeBytes - this.#capacity(rank)
    if (over <= 0) return true
    // room that slots of the same rank would have to leave
    const heap = this.#heapOf(rank)
    const popped: number[] = []
    for (let slot = heap.peek(); over > 0 && slot !== undefined && above(slot); slot = heap.peek()) {
      heap.pop()
      popped.push(slot)
      if (slot !== without?.slot) over -= this.#init.chargeOf(slot)
    }
    for (const slot of popped) heap.push(slot)
    return over <= 0
  }

  /** The slots that have no place any more since one of this rank was added: to be deleted by the caller. */
  evicted(from: number): number[] {
    const evicted: number[] = []
    let above = this.#from(from + 1)
    let gone = 0
    for (let rank = from; rank >= LOWEST_RANK; rank--) {
      const sum = this.#sums[rank - LOWEST_RANK]!
      if (sum === 0) continue
      above += sum
      const over = above - gone - this.#capacity(rank)
      if (over <= 0) continue
      for (const slot of this.#overflow(rank, over)) {
        evicted.push(slot)
        gone += this.#init.chargeOf(slot)
      }
    }
    return evicted
  }

  /** The lowest rank at which a new entry would have a place. */
  rankNeeded(chargeBytes: number): number | undefined {
    let needed: number | undefined
    let above = 0
    for (let rank = LOWEST_RANK + RANKS - 1; rank >= LOWEST_RANK; rank--) {
      // the latest of its rank comes before the others of it
      if (above + chargeBytes > this.#capacity(rank)) break
      needed = rank
      above += this.#sums[rank - LOWEST_RANK]!
    }
    return needed
  }

  /** The lowest of a rank, until so many bytes are freed; the larger of them that then still fit stay. They remain in the heap. */
  #overflow(rank: number, over: number): number[] {
    const heap = this.#heapOf(rank)
    const popped: number[] = []
    let freed = 0
    while (freed < over) {
      const slot = heap.pop()
      if (slot === undefined) break
      popped.push(slot)
      freed += this.#init.chargeOf(slot)
    }
    for (const slot of popped) heap.push(slot)
    let spare = freed - over
    return popped.reverse().filter(slot => {
      const charge = this.#init.chargeOf(slot)
      if (charge > spare) return true
      spare -= charge
      return false
    })
  }

  #from(rank: number): number {
    let sum = 0
    for (let at = RANKS - 1; at >= rank - LOWEST_RANK; at--) sum += this.#sums[at]!
    return sum
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
