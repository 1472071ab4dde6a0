/** A callback and the moment, of the dilated clock, from which it is due. */
export interface Due {
  atMs: number
  /** Breaks ties: what was set first runs first. */
  order: number
  /** Where it is in the heap; -1 when it is not. */
  index: number
}

/** A binary heap that knows where each entry is, so that a timer can be cleared without a search. */
export class TimerHeap<T extends Due> {
  readonly #entries: T[] = []

  get size(): number {
    return this.#entries.length
  }

  get first(): T | undefined {
    return this.#entries[0]
  }

  add(entry: T): void {
    entry.index = this.#entries.length
    this.#entries.push(entry)
    this.#up(entry)
  }

  remove(entry: T): void {
    const { index } = entry
    if (index < 0) return
    entry.index = -1
    const last = this.#entries.pop()!
    if (last === entry) return
    this.#place(last, index)
    this.#up(last)
    this.#down(last)
  }

  shift(): T | undefined {
    const first = this.#entries[0]
    if (first !== undefined) this.remove(first)
    return first
  }

  clear(): void {
    for (const entry of this.#entries) entry.index = -1
    this.#entries.length = 0
  }

  #place(entry: T, index: number): void {
    this.#entries[index] = entry
    entry.index = index
  }

  #up(entry: T): void {
    while (entry.index > 0) {
      const parent = this.#entries[(entry.index - 1) >> 1]!
      if (!isBefore(entry, parent)) return
      this.#swap(entry, parent)
    }
  }

  #down(entry: T): void {
    for (;;) {
      const left = this.#entries[2 * entry.index + 1]
      const right = this.#entries[2 * entry.index + 2]
      const child = right !== undefined && isBefore(right, left!) ? right : left
      if (child === undefined || !isBefore(child, entry)) return
      this.#swap(child, entry)
    }
  }

  #swap(one: T, other: T): void {
    const { index } = one
    this.#place(one, other.index)
    this.#place(other, index)
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}
