import { shortOf } from './toy-hash.ts'
import type { ToyEntry } from './toy-entry.ts'

/** What nobody in the simulated network knows: every entry that was ever made, and what its owners were promised. */
export class History {
  readonly entries: ToyEntry[] = []
  /** Where it was published, and whether that node told its owner that it is stored. */
  readonly acknowledged = new Map<ToyEntry, number>()
  readonly #byId = new Map<number, ToyEntry>()

  made(entry: ToyEntry): ToyEntry {
    this.entries.push(entry)
    this.#byId.set(shortOf(entry.id), entry)
    return entry
  }

  find(id: Uint8Array): ToyEntry | undefined {
    return this.#byId.get(shortOf(id))
  }
}
