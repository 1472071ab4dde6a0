import { itemIdOf } from '@stoa/replica/core'
import { MAX_CLOCK_SKEW_MS, MAX_TTL_MS } from './scenario.ts'
import { compareVersions } from './toy-entry.ts'
import { shortOf } from './toy-hash.ts'
import type { History } from './history.ts'
import type { ToyEntry } from './toy-entry.ts'
import type { Change, EntryMeta } from '@stoa/replica/core'

/** Watches one node from the outside: what it takes, what it forgets, and whether it may. Throws at the first thing that must not happen. */
export class Witness {
  readonly #history: History
  readonly #name: string
  /** The greatest version of each key that the node has held since it last lost anything. */
  readonly #greatest = new Map<number, ToyEntry>()
  /** What the node told an owner is stored, and has not dropped since. */
  readonly #promised = new Map<number, ToyEntry>()
  /** By its changes. */
  readonly held = new Map<number, EntryMeta>()
  /** The xor of all item ids held. */
  readonly #digest: [number, number] = [0, 0]

  constructor(history: History, name: string) {
    this.#history = history
    this.#name = name
  }

  /** Equal for equal sets, but for some entries that are left out. */
  digestWithout(metas: readonly EntryMeta[]): string {
    for (const meta of metas) this.#toggle(meta)
    const digest = `${this.held.size - metas.length} ${this.#digest[0]} ${this.#digest[1]}`
    for (const meta of metas) this.#toggle(meta)
    return digest
  }

  changed(changes: readonly Change[], nowMs: number): void {
    for (const change of changes) {
      const key = shortOf(change.meta.key)
      const before = this.held.get(key)
      this.#expectSame(change.type === 'put' ? change.previous : change.meta, before, change.type)
      if (before !== undefined && change.type !== 'lapse') this.#toggle(before)
      if (change.type === 'put') this.#put(key, change.meta, nowMs)
      else if (change.type === 'drop') {
        this.held.delete(key)
        this.#promised.delete(key)
        // room that frees later lets an older version in again: spec/replica.md §4
        if (change.reason !== 'expired') this.#greatest.delete(key)
        else if (change.meta.holdsMs > nowMs) this.#fail(change.meta, 'was dropped before its time')
      }
    }
  }

  /** It starts from what its disk had. */
  restarted(metas: readonly EntryMeta[]): void {
    this.held.clear()
    this.#greatest.clear()
    this.#digest.fill(0)
    for (const meta of metas) {
      const key = shortOf(meta.key)
      this.held.set(key, meta)
      this.#greatest.set(key, this.#history.find(meta.id)!)
      this.#toggle(meta)
    }
  }

  promised(entry: ToyEntry): void {
    const key = shortOf(entry.key)
    const before = this.#promised.get(key)
    if (before === undefined || compareVersions(entry, before) > 0) this.#promised.set(key, entry)
  }

  nothingPromised(): void {
    this.#promised.clear()
  }

  /** That a crash has lost nothing that was acknowledged. */
  expectPromised(nowMs: number): void {
    for (const [key, entry] of this.#promised) {
      const held = this.held.get(key)
      if (entry.holdsMs <= nowMs || (held !== undefined && compareVersions(held, entry) >= 0)) continue
      throw new Error(
        `${this.#name}: entry ${entry.uid} (${entry.group} name ${entry.name}) was acknowledged, and is lost`,
      )
    }
  }

  #put(key: number, meta: EntryMeta, nowMs: number): void {
    const entry = this.#history.find(meta.id)
    if (entry === undefined) return this.#fail(meta, 'was never made')
    if (entry.conduct === 'forged') this.#fail(meta, 'is forged')
    const isAltered =
      shortOf(entry.key) !== key ||
      meta.group !== entry.group ||
      meta.seq !== entry.seq ||
      meta.isFinal !== entry.isFinal ||
      meta.createdMs !== entry.createdMs ||
      meta.expiresMs !== entry.expiresMs ||
      meta.holdsMs !== entry.holdsMs ||
      shortOf(meta.itemId) !== shortOf(itemIdOf(entry.id, meta.stamp))
    if (isAltered) this.#fail(meta, 'is not what was made')
    if (meta.createdMs > nowMs + MAX_CLOCK_SKEW_MS) this.#fail(meta, `is from ${meta.createdMs - nowMs} ms ahead`)
    if (meta.holdsMs <= nowMs) this.#fail(meta, `was over ${nowMs - meta.holdsMs} ms ago`)
    if (meta.holdsMs - meta.createdMs > MAX_TTL_MS) this.#fail(meta, 'is to live longer than any may')
    const greatest = this.#greatest.get(key)
    if (greatest !== undefined && compareVersions(meta, greatest) < 0) {
      const isExcused = (greatest.conduct !== 'honest' || entry.conduct !== 'honest') && greatest.holdsMs <= nowMs
      if (!isExcused) this.#fail(meta, `came back: version ${greatest.seq} was held here`)
    }
    this.#greatest.set(key, entry)
    this.held.set(key, meta)
    this.#toggle(meta)
  }

  #expectSame(said: EntryMeta | undefined, before: EntryMeta | undefined, what: string): void {
    if (said === undefined && before === undefined) return
    if (said !== undefined && before !== undefined && shortOf(said.itemId) === shortOf(before.itemId)) return
    this.#fail((said ?? before)!, `is in a change (${what}) that does not fit what was held`)
  }

  #toggle({ itemId }: EntryMeta): void {
    this.#digest[0] ^= itemId[0]! | (itemId[1]! << 8) | (itemId[2]! << 16) | (itemId[3]! << 24)
    this.#digest[1] ^= itemId[4]! | (itemId[5]! << 8) | (itemId[6]! << 16) | (itemId[7]! << 24)
  }

  #fail(meta: EntryMeta, what: string): void {
    const made = this.#history.find(meta.id)
    throw new Error(
      `${this.#name}: entry ${made?.uid ?? '?'} (${made?.group} name ${made?.name} seq ${meta.seq}) ${what}`,
    )
  }
}
