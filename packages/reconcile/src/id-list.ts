import { compareIds, ID_BYTES, ID_WORDS, writeId } from './core/key.ts'

/** Of the filter before the search: 3 % of the ids that are not in the list get past it. */
const FILTER_BITS_PER_ID = 32

/**
 * A peer's list of ids, to be searched. Sorted rather than hashed, because a peer may choose ids that collide in any hash it knows: whatever they are,
 * n of them cost n log n, and a search log n. The filter spares most searches; a peer that chooses its ids can only make it emptier.
 */
export class IdList {
  readonly words: Uint32Array
  readonly count: number
  readonly #order: Uint32Array
  readonly #isMarked: Uint8Array
  readonly #filter: Uint32Array
  readonly #mask: number

  constructor(message: Uint8Array, start: number, count: number) {
    const words = new Uint32Array(count * ID_WORDS)
    const order = new Uint32Array(count)
    const bits = 2 ** Math.ceil(Math.log2(Math.max(count, 1) * FILTER_BITS_PER_ID))
    this.#filter = new Uint32Array(bits / 32)
    this.#mask = bits - 1
    for (let id = 0; id < count; id++) {
      const from = start + id * ID_BYTES
      writeId(words, id * ID_WORDS, message, from, from + ID_BYTES)
      const bit = words[id * ID_WORDS]! & this.#mask
      this.#filter[bit >>> 5]! |= 1 << bit
      order[id] = id
    }
    this.words = words
    this.count = count
    this.#order = order.sort((a, b) => compareIds(words, a * ID_WORDS, words, b * ID_WORDS))
    this.#isMarked = new Uint8Array(count)
  }

  /** Marks an id, as often as it is listed. @returns false when it is not */
  mark(id: Uint32Array, at: number): boolean {
    const bit = id[at]! & this.#mask
    if ((this.#filter[bit >>> 5]! & (1 << bit)) === 0) return false
    const first = this.#search(id, at)
    let place = first
    while (place < this.count && this.#compare(place, id, at) === 0 && this.#isMarked[this.#order[place]!] === 0)
      this.#isMarked[this.#order[place++]!] = 1
    return place > first || (first < this.count && this.#compare(first, id, at) === 0)
  }

  isMarked(index: number): boolean {
    return this.#isMarked[index] === 1
  }

  /** The first place in the order that is not below the id. */
  #search(id: Uint32Array, at: number): number {
    let from = 0
    let to = this.count
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#compare(middle, id, at) < 0) from = middle + 1
      else to = middle
    }
    return from
  }

  #compare(place: number, id: Uint32Array, at: number): number {
    return compareIds(this.words, this.#order[place]! * ID_WORDS, id, at)
  }
}
