import { platform } from '#platform'
import { compareBytes } from '../core/place.ts'
import { keyBytes, keyText } from './key-text.ts'
import { StoreError } from './level-store.ts'
import { Slab } from './slab.ts'
import { decodeRow, encodeRow } from './store-row.ts'
import type { Change } from '../core/change.ts'
import type { Entry, EntryMeta } from '../core/entry.ts'
import type { LevelStore, StorePart, Write } from './level-store.ts'

/** Rows of one entry: `m` + key is what the index knows of it, `b` + key its bytes. All that a start needs lies together. */
const META = 0x6d
const BYTES = 0x62
/** One write, one wait for the disk: more entries in one only make readers wait longer. LevelDB is as fast with 100 as with 500. */
const MAX_BATCH_ENTRIES = 256
const MAX_BATCH_BYTES = 2_097_152
/** Of rows read at a start. */
const PAGE_BYTES = 1_048_576

/** What an event did to the set, on its way to the disk and then to whoever listens. */
export interface Unit<E extends Entry = Entry> {
  readonly changes: readonly Change[]
  /** The entry of a put among the changes. */
  readonly entry?: E
  /** Nobody is told: what the store had, and should not. */
  readonly isSilent?: boolean
  /** It is durable; undefined: it is not, and what it did to the set is being undone. */
  readonly settle?: (isDurable: boolean) => void
}

/** What of a part of a store is used. */
export type Part = Pick<StorePart, 'write' | 'getMany' | 'pages'> & { readonly store: Pick<LevelStore, 'broken'> }

export interface EntryStoreInit<E extends Entry> {
  /** In the order in which the set changed. */
  onDurable: (units: ReadonlyArray<Unit<E>>) => void
  /** The store takes no writes. What was on its way is in `unsure`, and to be taken back. It may be told more than once. */
  onBroken: (error: StoreError) => void
}

interface Batch<E extends Entry> {
  readonly units: Array<Unit<E>>
  readonly writes: Write[]
  readonly keys: Set<string>
  bytes: number
  readonly done: PromiseWithResolvers<void>
}

/**
 * What is held, with its bytes, on disk. Changes are written in the order in which they happened to the set, which is already past them:
 * only so can a version that was replaced a moment ago never overwrite its successor. Whoever reads waits for what is under way, and
 * nobody hears of a change before it is durable.
 */
export class EntryStore<E extends Entry> {
  readonly #part: Part
  readonly #init: EntryStoreInit<E>
  readonly #batches: Array<Batch<E>> = []
  readonly #unsure = new Set<string>()
  readonly #slab = new Slab()
  #writing: Promise<void> | undefined
  #underWay: Batch<E> | undefined

  constructor(part: Part, init: EntryStoreInit<E>) {
    this.#part = part
    this.#init = init
  }

  /** Why it takes no writes. */
  get broken(): StoreError | undefined {
    return this.#part.store.broken
  }

  /** Every row. Damaged ones are removed, and counted. */
  async load(visit: (meta: EntryMeta) => void): Promise<number> {
    const groups = new Map<string, string>()
    const intern = (group: string): string => groups.get(group) ?? (groups.set(group, group), group)
    const damaged: Write[] = []
    for await (const page of this.#part.pages(rangeOf(META), PAGE_BYTES)) {
      for (const [row, value] of page) {
        const key = row.subarray(1)
        const meta = decodeRow(key, value, intern)
        if (meta === undefined) damaged.push(...this.#removal(key))
        else visit(meta)
      }
      await platform.nextTurn()
    }
    // a store that takes no writes now is tried again later; these rows are found then
    if (damaged.length > 0) await this.#part.write(damaged).catch(() => {})
    return damaged.length / 2
  }

  append(unit: Unit<E>): void {
    if (this.broken !== undefined) {
      this.#refuse(unit, this.broken)
      return
    }
    let batch = this.#batches.at(-1)
    if (
      batch === undefined ||
      batch === this.#underWay ||
      batch.units.length >= MAX_BATCH_ENTRIES ||
      batch.bytes >= MAX_BATCH_BYTES
    ) {
      batch = { units: [], writes: [], keys: new Set(), bytes: 0, done: Promise.withResolvers() }
      this.#batches.push(batch)
    }
    batch.units.push(unit)
    for (const change of unit.changes) this.#collect(batch, change, unit.entry)
    this.#writing ??= this.#write()
  }

  /** Resolves when all that was appended is durable, or is not and will not be. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  /**
   * The bytes of entries, in order, once they are durable. Undefined for what is not there under this id: it was replaced, or dropped,
   * or the row is damaged, which the caller knows by what the set says then.
   */
  async read(metas: ReadonlyArray<Pick<EntryMeta, 'key' | 'id'>>): Promise<Array<Uint8Array | undefined>> {
    await this.#settled(metas)
    const found = await this.#part.getMany(metas.map(({ key }) => this.#rowKey(BYTES, key)))
    return found.map((bytes, index) => {
      if (bytes === undefined) return undefined
      return compareBytes(platform.sha256(bytes), metas[index]!.id) === 0 ? bytes : undefined
    })
  }

  /** Keys of which the set and the store may differ, because a write failed. */
  get unsure(): Uint8Array[] {
    return [...this.#unsure].map(keyBytes)
  }

  /** They agree again. */
  sure(keys: readonly Uint8Array[]): void {
    for (const key of keys) this.#unsure.delete(keyText(key))
  }

  isUnsure(key: Uint8Array): boolean {
    return this.#unsure.has(keyText(key))
  }

  /** What the store has of these keys. */
  async rows(keys: Uint8Array[]): Promise<Array<EntryMeta | undefined>> {
    const found = await this.#part.getMany(keys.map(key => this.#rowKey(META, key)))
    return found.map((row, index) => (row === undefined ? undefined : decodeRow(keys[index]!, row)))
  }

  async #settled(metas: ReadonlyArray<Pick<EntryMeta, 'key'>>): Promise<void> {
    if (this.#batches.length === 0) return
    const keys = metas.map(({ key }) => keyText(key))
    const last = this.#batches.findLast(batch => keys.some(key => batch.keys.has(key)))
    await last?.done.promise
  }

  async #write(): Promise<void> {
    // one turn: what arrives together is written together
    await Promise.resolve()
    for (;;) {
      const batch = this.#batches[0]
      if (batch === undefined) break
      this.#underWay = batch
      try {
        if (batch.writes.length > 0) await this.#part.write(batch.writes)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        this.#fail(error)
        break
      }
      this.#batches.shift()
      batch.done.resolve()
      for (const unit of batch.units) unit.settle?.(true)
      this.#init.onDurable(batch.units)
    }
    this.#underWay = undefined
    this.#writing = undefined
  }

  #fail(error: StoreError): void {
    const batches = this.#batches.splice(0)
    for (const { keys } of batches) for (const key of keys) this.#unsure.add(key)
    for (const { units, done } of batches) {
      done.resolve()
      for (const unit of units) unit.settle?.(false)
    }
    this.#init.onBroken(error)
  }

  /** What leaves the set while nothing can be written is gone all the same: the next start, or the next write, sees to its row. */
  #refuse(unit: Unit<E>, broken: StoreError): void {
    for (const { meta } of unit.changes) this.#unsure.add(keyText(meta.key))
    const isPut = unit.changes.some(({ type }) => type === 'put')
    unit.settle?.(!isPut)
    if (isPut) this.#init.onBroken(broken)
    else this.#init.onDurable([unit])
  }

  #collect(batch: Batch<E>, change: Change, entry: E | undefined): void {
    const { type, meta } = change
    if (type === 'lapse') return
    batch.keys.add(keyText(meta.key))
    if (type === 'drop') {
      batch.writes.push(...this.#removal(meta.key))
      return
    }
    const value = encodeRow(meta, this.#slab.allocate)
    batch.writes.push({ type: 'put', key: this.#rowKey(META, meta.key), value })
    const isSame = change.previous !== undefined && compareBytes(change.previous.id, meta.id) === 0
    if (isSame || entry === undefined) return
    batch.writes.push({ type: 'put', key: this.#rowKey(BYTES, meta.key), value: entry.bytes })
    batch.bytes += entry.bytes.byteLength
  }

  #removal(key: Uint8Array): Write[] {
    return [
      { type: 'del', key: this.#rowKey(META, key) },
      { type: 'del', key: this.#rowKey(BYTES, key) },
    ]
  }

  #rowKey(kind: number, key: Uint8Array): Uint8Array {
    const row = this.#slab.allocate(1 + key.length)
    row[0] = kind
    row.set(key, 1)
    return row
  }
}

function rangeOf(kind: number): { gte: Uint8Array; lt: Uint8Array } {
  return { gte: Uint8Array.of(kind), lt: Uint8Array.of(kind + 1) }
}
