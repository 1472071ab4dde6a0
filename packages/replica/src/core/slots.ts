import { ID_BYTES } from './slot-table.ts'
import type { EntryMeta, Stamp } from './entry.ts'

const FINAL = 1
const OWN = 2
/** Its expiry has come and was told. */
const LAPSED = 4
/** An own entry that has no place in the budget: kept all the same. */
const OUTSIDE = 8

/**
 * The index in columns: about 150 bytes an entry, where objects with four byte arrays each take 900. A slot is a row; freed rows are used again.
 */
export class Slots {
  ids = new Uint8Array(0)
  keys = new Uint8Array(0)
  /** What reconciliation knows them by. */
  items = new Uint8Array(0)
  seq = new Float64Array(0)
  createdMs = new Float64Array(0)
  expiresMs = new Float64Array(0)
  holdsMs = new Float64Array(0)
  sizeBytes = new Uint32Array(0)
  group = new Uint32Array(0)
  rank = new Int16Array(0)
  mark = new Uint8Array(0)
  #flags = new Uint8Array(0)
  readonly #stamps = new Map<number, Stamp>()
  readonly #free: number[] = []
  readonly #onMove: () => void
  #used = 0

  /** `onMove` is called when the columns have become other arrays. */
  constructor(onMove: () => void) {
    this.#onMove = onMove
  }

  /** A new row, without its place. */
  insert(meta: EntryMeta, group: number): number {
    const slot = this.#free.pop() ?? this.#used++
    if (slot >= this.seq.length) this.#grow()
    this.ids.set(meta.id, slot * ID_BYTES)
    this.keys.set(meta.key, slot * ID_BYTES)
    this.items.set(meta.itemId, slot * ID_BYTES)
    this.seq[slot] = meta.seq
    this.createdMs[slot] = meta.createdMs
    this.expiresMs[slot] = meta.expiresMs
    this.holdsMs[slot] = meta.holdsMs
    this.sizeBytes[slot] = meta.sizeBytes
    this.group[slot] = group
    this.mark[slot] = meta.mark
    this.#flags[slot] = (meta.isFinal ? FINAL : 0) | (meta.isOwn ? OWN : 0)
    if (meta.stamp !== undefined) this.#stamps.set(slot, meta.stamp)
    return slot
  }

  delete(slot: number): void {
    this.#stamps.delete(slot)
    this.#free.push(slot)
  }

  /** A copy of the row. */
  meta(slot: number, groupName: string): EntryMeta {
    return {
      key: this.#copy(this.keys, slot),
      id: this.#copy(this.ids, slot),
      itemId: this.#copy(this.items, slot),
      group: groupName,
      seq: this.seq[slot]!,
      isFinal: this.isFinal(slot),
      createdMs: this.createdMs[slot]!,
      expiresMs: this.expiresMs[slot]!,
      holdsMs: this.holdsMs[slot]!,
      mark: this.mark[slot]!,
      sizeBytes: this.sizeBytes[slot]!,
      stamp: this.#stamps.get(slot),
      isOwn: this.isOwn(slot),
    }
  }

  stamp(slot: number): Stamp | undefined {
    return this.#stamps.get(slot)
  }

  itemId(slot: number): Uint8Array {
    return this.items.subarray(slot * ID_BYTES, (slot + 1) * ID_BYTES)
  }

  isFinal(slot: number): boolean {
    return (this.#flags[slot]! & FINAL) !== 0
  }

  isOwn(slot: number): boolean {
    return (this.#flags[slot]! & OWN) !== 0
  }

  isLapsed(slot: number): boolean {
    return (this.#flags[slot]! & LAPSED) !== 0
  }

  isOutside(slot: number): boolean {
    return (this.#flags[slot]! & OUTSIDE) !== 0
  }

  isLive(slot: number): boolean {
    return (this.#flags[slot]! & (FINAL | LAPSED)) === 0
  }

  setLapsed(slot: number): void {
    this.#flags[slot]! |= LAPSED
  }

  setOwn(slot: number): void {
    this.#flags[slot]! |= OWN
  }

  setOutside(slot: number, isOutside: boolean): void {
    this.#flags[slot] = isOutside ? this.#flags[slot]! | OUTSIDE : this.#flags[slot]! & ~OUTSIDE
  }

  /** The order in which entries win: seq, final, id. An older version of a key can never come out ahead. */
  compare(a: number, b: number): number {
    const bySeq = this.seq[a]! - this.seq[b]!
    if (bySeq !== 0) return bySeq
    const byFinal = (this.#flags[a]! & FINAL) - (this.#flags[b]! & FINAL)
    if (byFinal !== 0) return byFinal
    for (let index = 0; index < ID_BYTES; index++) {
      const difference = this.ids[a * ID_BYTES + index]! - this.ids[b * ID_BYTES + index]!
      if (difference !== 0) return difference
    }
    return 0
  }

  /** The same order, of an entry that has no row. */
  compareWith(entry: { seq: number; isFinal: boolean; id: Uint8Array }, slot: number): number {
    const bySeq = entry.seq - this.seq[slot]!
    if (bySeq !== 0) return bySeq
    const byFinal = (entry.isFinal ? FINAL : 0) - (this.#flags[slot]! & FINAL)
    if (byFinal !== 0) return byFinal
    for (let index = 0; index < ID_BYTES; index++) {
      const difference = entry.id[index]! - this.ids[slot * ID_BYTES + index]!
      if (difference !== 0) return difference
    }
    return 0
  }

  #copy(column: Uint8Array, slot: number): Uint8Array {
    return column.slice(slot * ID_BYTES, (slot + 1) * ID_BYTES)
  }

  #grow(): void {
    const rows = Math.max(1024, Math.ceil(this.seq.length * 1.5))
    const bytes = (old: Uint8Array): Uint8Array<ArrayBuffer> => moved(new Uint8Array(rows * ID_BYTES), old)
    this.ids = bytes(this.ids)
    this.keys = bytes(this.keys)
    this.items = bytes(this.items)
    this.seq = moved(new Float64Array(rows), this.seq)
    this.createdMs = moved(new Float64Array(rows), this.createdMs)
    this.expiresMs = moved(new Float64Array(rows), this.expiresMs)
    this.holdsMs = moved(new Float64Array(rows), this.holdsMs)
    this.sizeBytes = moved(new Uint32Array(rows), this.sizeBytes)
    this.group = moved(new Uint32Array(rows), this.group)
    this.rank = moved(new Int16Array(rows), this.rank)
    this.mark = moved(new Uint8Array(rows), this.mark)
    this.#flags = moved(new Uint8Array(rows), this.#flags)
    this.#onMove()
  }
}

function moved<Column extends { set(values: ArrayLike<number>): void }>(
  larger: Column,
  old: ArrayLike<number>,
): Column {
  larger.set(old)
  return larger
}
