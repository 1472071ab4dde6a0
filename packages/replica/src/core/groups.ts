import { SlotHeap } from './slot-heap.ts'
import type { Positions } from './slot-heap.ts'

export interface GroupsInit {
  maxPerGroup: number
  less: (a: number, b: number) => boolean
  /** All slots of a group, asked for once, when it is first full. */
  slotsOf: (group: number) => Iterable<number>
  positions: Positions
}

export interface GroupCount {
  readonly group: string
  readonly total: number
  /** Neither final nor expired. */
  readonly live: number
}

/** Groups by number: how many entries each has, and which of them leaves first when it is full. */
export class Groups {
  readonly #init: GroupsInit
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
  readonly #totals: number[] = []
  readonly #lives: number[] = []
  readonly #free: number[] = []
  readonly #heaps = new Map<number, SlotHeap>()

  constructor(init: GroupsInit) {
    this.#init = init
  }

  name(group: number): string {
    return this.#names[group]!
  }

  /** The number of a group, made when it is new. It is gone when its last entry is. */
  number(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const group = this.#free.pop() ?? this.#names.length
    this.#numbers.set(name, group)
    this.#names[group] = name
    this.#totals[group] = 0
    this.#lives[group] = 0
    return group
  }

  /** The entry that would have to leave for another one in this group; undefined while there is room. */
  lowestIfFull(name: string): number | undefined {
    const group = this.#numbers.get(name)
    if (group === undefined || this.#totals[group]! < this.#init.maxPerGroup) return undefined
    return this.#heapOf(group).peek()
  }

  isOver(group: number): boolean {
    return this.#totals[group]! > this.#init.maxPerGroup
  }

  lowest(group: number): number | undefined {
    return this.#heapOf(group).peek()
  }

  add(slot: number, group: number, isLive: boolean): void {
    this.#totals[group]!++
    if (isLive) this.#lives[group]!++
    this.#heaps.get(group)?.push(slot)
  }

  delete(slot: number, group: number, isLive: boolean): void {
    this.#heaps.get(group)?.delete(slot)
    if (isLive) this.#lives[group]!--
    if (--this.#totals[group]! > 0) return
    this.#heaps.delete(group)
    this.#numbers.delete(this.#names[group]!)
    this.#names[group] = ''
    this.#free.push(group)
  }

  lapsed(group: number): void {
    this.#lives[group]!--
  }

  /** Which groups, by number, a predicate over names takes. */
  matching(accepts: (name: string) => boolean): Uint8Array {
    const matching = new Uint8Array(this.#names.length)
    for (const [name, group] of this.#numbers) if (accepts(name)) matching[group] = 1
    return matching
  }

  *counts(): Generator<GroupCount> {
    for (const [name, group] of this.#numbers) {
      yield { group: name, total: this.#totals[group]!, live: this.#lives[group]! }
    }
  }

  #heapOf(group: number): SlotHeap {
    let heap = this.#heaps.get(group)
    if (heap === undefined) {
      heap = new SlotHeap(this.#init.less, this.#init.positions)
      for (const slot of this.#init.slotsOf(group)) heap.push(slot)
      this.#heaps.set(group, heap)
    }
    return heap
  }
}
