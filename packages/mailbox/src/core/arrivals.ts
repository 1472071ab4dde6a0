interface Numbered {
  readonly id: string
  readonly order: number
}

/**
 * Ids in the order in which they came, some of which do not wait any more. Whoever reads remembers the number of the last one it got, so a
 * reader costs nothing while it does not read.
 */
export class Arrivals {
  readonly #orders = new Map<string, number>()
  #queue: Numbered[] = []
  #next = 0

  get size(): number {
    return this.#orders.size
  }

  has(id: string): boolean {
    return this.#orders.has(id)
  }

  /** @returns its number */
  add(id: string): number {
    const order = this.#next++
    this.#orders.set(id, order)
    this.#queue.push({ id, order })
    return order
  }

  delete(id: string): boolean {
    if (!this.#orders.delete(id)) return false
    if (this.#queue.length > 64 && this.#orders.size * 2 < this.#queue.length) {
      this.#queue = this.#queue.filter(entry => this.#orders.get(entry.id) === entry.order)
    }
    return true
  }

  /** The first that waits behind this number. */
  after(order: number): Numbered | undefined {
    for (let at = this.#firstAfter(order); at < this.#queue.length; at++) {
      const entry = this.#queue[at]!
      if (this.#orders.get(entry.id) === entry.order) return entry
    }
    return undefined
  }

  #firstAfter(order: number): number {
    let low = 0
    let high = this.#queue.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#queue[middle]!.order <= order) low = middle + 1
      else high = middle
    }
    return low
  }
}
