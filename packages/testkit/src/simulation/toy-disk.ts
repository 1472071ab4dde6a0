import { shortOf } from './toy-hash.ts'
import type { Random } from '../random.ts'
import type { EventQueue } from './event-queue.ts'
import type { ToyEntry } from './toy-entry.ts'
import type { EntryMeta } from '@stoa/replica/core'

export interface Row {
  readonly meta: EntryMeta
  readonly entry: ToyEntry
}

/** A put, or, without a row, a deletion. */
export interface Write {
  readonly key: Uint8Array
  readonly row: Row | undefined
}

interface Batch {
  readonly writes: readonly Write[]
  readonly isDurable: () => void
}

/** Longest time from a write to when it is durable. */
const MAX_WRITE_MS = 30

/** Rows by key. Batches become durable one after the other, each whole or not at all, and a reader sees only what is durable. */
export class ToyDisk {
  readonly #queue: EventQueue
  readonly #random: Random
  readonly #rows = new Map<number, Row>()
  #waiting: Batch[] = []
  #life = 0
  #lastMs = 0

  constructor(queue: EventQueue, random: Random) {
    this.#queue = queue
    this.#random = random
  }

  write(writes: readonly Write[], isDurable: () => void): void {
    this.#waiting.push({ writes, isDurable })
    const life = this.#life
    this.#lastMs = Math.max(this.#lastMs, this.#queue.nowMs + this.#random.int(1, MAX_WRITE_MS))
    this.#queue.at(this.#lastMs, () => {
      if (life !== this.#life) return
      const batch = this.#waiting.shift()!
      this.#apply(batch)
      batch.isDurable()
    })
  }

  read(key: Uint8Array): Row | undefined {
    return this.#rows.get(shortOf(key))
  }

  rows(): Row[] {
    return [...this.#rows.values()]
  }

  /** Power is cut: of the writes in flight any number of the first ones got there, and nobody was told. */
  crash(): void {
    this.#life++
    for (const batch of this.#waiting.slice(0, this.#random.int(0, this.#waiting.length))) this.#apply(batch)
    this.#waiting = []
  }

  wipe(): void {
    this.#rows.clear()
  }

  #apply({ writes }: Batch): void {
    for (const { key, row } of writes) {
      if (row === undefined) this.#rows.delete(shortOf(key))
      else this.#rows.set(shortOf(key), row)
    }
  }
}
