import { copyKey, ID_BYTES, ID_WORD, KEY_WORDS, newKey } from './core/key.ts'
import { FINGERPRINT_BYTES } from './digest.ts'
import { infiniteKey } from './item.ts'
import { FINGERPRINT, ID_LIST, newBound, SKIP } from './message.ts'
import { MessageWriter } from './message-writer.ts'
import type { Cursor } from './core/cursor.ts'
import type { Key } from './core/key.ts'
import type { WireBound } from './message.ts'
import type { ReconcileTree } from './reconcile-tree.ts'

/** spec/reconcile.md §5: a range of fewer than twice as many items is listed. */
const BUCKETS = 16
export const END: WireBound = { key: infiniteKey(), idLength: 0 }

/** Writes what a tree has in ranges, which are given by rank. */
export class RangeWriter {
  readonly message = new MessageWriter()
  readonly #tree: ReconcileTree
  readonly #before = newKey()
  readonly #cut = newBound()

  constructor(tree: ReconcileTree) {
    this.#tree = tree
  }

  skip(bound: WireBound): void {
    this.message.writeBound(bound)
    this.message.writeVarint(0, SKIP)
  }

  /** A range that differs: the ids of a small one, else fingerprints of 16 parts of equal size, the first ones one larger where it does not divide. */
  split(lower: number, upper: number, bound: WireBound): void {
    const count = upper - lower
    if (count < BUCKETS * 2) {
      this.ids(lower, upper, bound)
      return
    }
    const cursor = this.#tree.sums.cursor()
    cursor.toRank(lower)
    for (let bucket = 1; bucket < BUCKETS; bucket++)
      this.#fingerprint(
        cursor,
        lower + Math.floor(count / BUCKETS) * bucket + Math.min(bucket, count % BUCKETS),
        undefined,
      )
    this.#fingerprint(cursor, upper, bound)
  }

  /** The ids, up to `bound`; without one, up to the item that follows. */
  ids(lower: number, upper: number, bound: WireBound | undefined): void {
    const { message } = this
    const { sums } = this.#tree
    if (bound === undefined) sums.keyAt(upper, this.#cut.key)
    this.#cut.idLength = ID_BYTES
    message.writeBound(bound ?? this.#cut)
    message.writeVarint(0, ID_LIST)
    message.writeVarint(0, upper - lower)
    sums.visitRuns(lower, upper, (words, start, end) => {
      for (let at = start; at < end; at += KEY_WORDS) message.writeId(words, at)
    })
  }

  /** One fingerprint of everything from `lower`. */
  rest(lower: number): void {
    const cursor = this.#tree.sums.cursor()
    cursor.toRank(lower)
    this.#fingerprint(cursor, this.#tree.size, END)
  }

  /** From where the cursor is to rank `upper`; without a bound, up to the item there. */
  #fingerprint(cursor: Cursor, upper: number, bound: WireBound | undefined): void {
    const lower = cursor.rank
    cursor.clearSum()
    cursor.toRank(upper)
    this.message.writeBound(bound ?? this.#separator(cursor))
    this.message.writeVarint(0, FINGERPRINT)
    const at = this.message.reserve(FINGERPRINT_BYTES)
    this.#tree.fingerprints.write(cursor.sum, upper - lower, this.message.bytes, at)
  }

  /** The least that separates the items on both sides of a place: the timestamp if they differ in it, else one byte of the id more than they share. */
  #separator({ leaf, index, rank }: Cursor): WireBound {
    if (index > 0) copyKey(leaf.keys, (index - 1) * KEY_WORDS, this.#before)
    else this.#tree.sums.keyAt(rank - 1, this.#before)
    const { key } = this.#cut
    copyKey(leaf.keys, index * KEY_WORDS, key)
    const isSameTime = this.#before[0] === key[0] && this.#before[1] === key[1]
    this.#cut.idLength = isSameTime ? sharedBytes(this.#before, key) + 1 : 0
    return this.#cut
  }
}

function sharedBytes(a: Key, b: Key): number {
  let word = ID_WORD
  while (a[word] === b[word]) word++
  const difference = a[word]! ^ b[word]!
  // little-endian: the first byte is the lowest
  return (word - ID_WORD) * 4 + ((31 - Math.clz32(difference & -difference)) >>> 3)
}
