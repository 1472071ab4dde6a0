/** Where each slot stands in its heap. One for all heaps that no slot is in twice. */
export class Positions {
  #at = new Int32Array(1024)

  get(slot: number): number {
    return this.#at[slot]!
  }

  set(slot: number, position: number): void {
    if (slot >= this.#at.length) {
      const larger = new Int32Array(Math.max(slot + 1, this.#at.length * 2))
      larger.set(this.#at)
      this.#at = larger
    }
    this.#at[slot] = position
  }
}

/** A binary heap of slots with its least on top, from which any slot can be taken. */
export class SlotHeap {
  readonly #less: (a: number, b: number) => boolean
  readonly #positions: Positions
  #slots = new Int32Array(16)
  #size = 0

  constructor(less: (a: number, b: number) => boolean, positions: Positions) {
    this.#less = less
    this.#positions = positions
  }

  get size(): number {
    return this.#size
  }

  peek(): number | undefined {
    return this.#size === 0 ? undefined : this.#slots[0]
  }

  push(slot: number): void {
    if (this.#size === this.#slots.length) {
      const larger = new Int32Array(this.#slots.length * 2)
      larger.set(this.#slots)
      this.#slots = larger
    }
    this.#up(this.#size++, slot)
  }

  pop(): number | undefined {
    const top = this.peek()
    if (top !== undefined) this.delete(top)
    return top
  }

  /** A slot that is in this heap. */
  delete(slot: number): void {
    const at = this.#positions.get(slot)
    const last = this.#slots[--this.#size]!
    if (at === this.#size) return
    // the last takes its place, and moves to where it belongs
    if (at > 0 && this.#less(last, this.#slots[(at - 1) >> 1]!)) this.#up(at, last)
    else this.#down(at, last)
  }

  #up(from: number, slot: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = this.#slots[parent]!
      if (!this.#less(slot, above)) break
      this.#set(at, above)
      at = parent
    }
    this.#set(at, slot)
  }

  #down(from: number, slot: number): void {
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && this.#less(this.#slots[child + 1]!, this.#slots[child]!)) child++
      const below = this.#slots[child]!
      if (!this.#less(below, slot)) break
      this.#set(at, below)
      at = child
    }
    this.#set(at, slot)
  }

  #set(at: number, slot: number): void {
    this.#slots[at] = slot
    this.#positions.set(slot, at)
  }
}
