import type { Entry } from './entry.ts'

/** What makes a set of entries a set of something. The replica knows nothing else of what it keeps. */
export interface Rules<E extends Entry = Entry> {
  /** Longest entry, in bytes. At most 61,440: with its stamp it must fit a gossip message of 64 KiB. */
  readonly maxEntryBytes: number
  /** Entries that one group may have: those with the highest (seq, final, id) are kept, on all nodes the same. */
  readonly maxPerGroup: number
  /** Longest `holdsMs - createdMs`. */
  readonly maxTtlMs: number
  /**
   * The least rank that a place may have (spec/replica.md §5), whatever room there is. Every node of a network knows it, so who sends an entry below it is to
   * blame. An integer. Default: none.
   */
  readonly floorRank?: number
  /**
   * Cheap: size, form, what contradicts itself. Everything but the proof. The entry must not share memory with `bytes`.
   * @throws {EntryError}
   */
  parse(bytes: Uint8Array): E
  /** Dear: whether each of them is proven. In order; off the main thread where there is one. */
  verify(entries: readonly E[]): Promise<readonly boolean[]>
}

/** What `parse` throws. */
export class EntryError extends Error {
  override name = 'EntryError'
}
