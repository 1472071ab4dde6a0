/** Something that will happen. */
export interface Scheduled {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}

/** Virtual time: what is scheduled runs in order of its time and then of when it was scheduled, always the same. */
export class EventQueue {
  nowMs: number
  /** How many events have run. */
  ran = 0
  #order = 0
  // a binary heap: the earliest first
  readonly #heap: Scheduled[] = []

  constructor(startMs: number) {
    this.nowMs = startMs
  }

  at(atMs: number, run: () => void): Scheduled {
    const scheduled: Scheduled = { atMs: Math.max(atMs, this.nowMs), order: this.#order++, run, isCancelled: false }
    const heap = this.#heap
    let hole = heap.length
    heap.push(scheduled)
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (!isBefore(scheduled, heap[parent]!)) break
      heap[hole] = heap[parent]!
      hole = parent
    }
    heap[hole] = scheduled
    return scheduled
  }

  after(delayMs: number, run: () => void): Scheduled {
    return this.at(this.nowMs + delayMs, run)
  }

  /** Runs everything until `untilMs`, or until `isDone` says so after an event. Returns whether it said so. */
  runUntil(untilMs: number, isDone: () => boolean = () => false): boolean {
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= untilMs; next = this.#heap[0]) {
      this.#removeFirst()
      if (next.isCancelled) continue
      this.nowMs = next.atMs
      this.ran++
      next.run()
      if (isDone()) return true
    }
    this.nowMs = untilMs
    return false
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[hole] = heap[child]!
      hole = child
    }
    heap[hole] = last
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
