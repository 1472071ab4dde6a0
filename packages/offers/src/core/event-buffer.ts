/**
 * What a slow reader has not read yet. When it is full, events are left out until the reader has caught up with what it holds; then it is told
 * how many, in their place among the others. So nothing is lost without a word, and nothing is told out of order.
 */
export class EventBuffer<T> {
  readonly #max: number
  #items: T[] = []
  #head = 0
  #missed = 0

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#items.length - this.#head
  }

  /** @returns false when it was left out */
  push(item: T): boolean {
    if (this.#missed > 0 || this.size >= this.#max) {
      this.#missed++
      return false
    }
    this.#items.push(item)
    return true
  }

  /** Left out before they got here. */
  miss(count: number): void {
    this.#missed += count
  }

  /** The next event, or how many were left out, or undefined when there is nothing now. */
  shift(): { item: T } | { missed: number } | undefined {
    if (this.#head < this.#items.length) {
      const item = this.#items[this.#head]!
      this.#head++
      // amortized: a shift of a long array moves all of it
      if (this.#head > 64 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head)
        this.#head = 0
      }
      return { item }
    }
    if (this.#missed === 0) return undefined
    const missed = this.#missed
    this.#missed = 0
    return { missed }
  }

  clear(): void {
    this.#items = []
    this.#head = 0
    this.#missed = 0
  }
}
