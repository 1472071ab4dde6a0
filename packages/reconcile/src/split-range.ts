import { ID_WORD, ID_WORDS, KEY_WORDS, newKey } from './core/key.ts'
import { newPosition } from './core/sum-tree.ts'
import { FINGERPRINT_BYTES } from './digest.ts'
import { FINGERPRINT, ID_LIST, newBound } from './message.ts'
import type { Key } from './core/key.ts'
import type { Position } from './core/sum-tree.ts'
import type { MessageWriter } from './message-writer.ts'
import type { WireBound } from './message.ts'
import type { ReconcileTree } from './reconcile-tree.ts'

/** spec/reconcile.md §5: ranges of fewer than twice as many items are listed. */
const BUCKETS = 16

/** A range that differs: the ids of a small one, else fingerprints of 16 parts of equal size, the first ones one larger where it does not divide. */
export function splitRange(
  tree: ReconcileTree,
  lower: Position,
  upper: Position,
  bound: WireBound,
  writer: MessageWriter,
): void {
  const count = upper.rank - lower.rank
  if (count < BUCKETS * 2) {
    writeIds(tree, lower.rank, upper.rank, bound, writer)
    return
  }
  const { sums, fingerprints } = tree
  const before = newKey()
  const cut = newBound()
  let [from, to] = [newPosition(), newPosition()]
  from.rank = lower.rank
  from.sum.set(lower.sum)
  for (let bucket = 1; bucket <= BUCKETS; bucket++) {
    const rank = lower.rank + Math.floor(count / BUCKETS) * bucket + Math.min(bucket, count % BUCKETS)
    if (bucket === BUCKETS) writer.writeBound(bound)
    else {
      sums.keyAt(rank - 1, before)
      sums.keyAt(rank, cut.key)
      shorten(before, cut)
      writer.writeBound(cut)
    }
    const end = bucket === BUCKETS ? upper : to
    if (bucket < BUCKETS) sums.seekRank(rank, to)
    writer.writeVarint(0, FINGERPRINT)
    const at = writer.reserve(FINGERPRINT_BYTES)
    fingerprints.write(from, end, writer.bytes, at)
    ;[from, to] = [to, from]
  }
}

/** The ids from rank `lower` to `upper`, up to `bound`; without one, up to the item that follows. */
export function writeIds(
  { sums }: ReconcileTree,
  lower: number,
  upper: number,
  bound: WireBound | undefined,
  writer: MessageWriter,
): void {
  if (bound !== undefined) writer.writeBound(bound)
  else {
    const next = { key: newKey(), idLength: ID_WORDS * 4 }
    sums.keyAt(upper, next.key)
    writer.writeBound(next)
  }
  writer.writeVarint(0, ID_LIST)
  writer.writeVarint(0, upper - lower)
  sums.visitRuns(lower, upper, (words, start, end) => {
    for (let at = start; at < end; at += KEY_WORDS) writer.writeId(words, at)
  })
}

/** The least that separates two adjacent items: the timestamp if they differ in it, else one byte of the id more than they share. */
function shorten(before: Key, cut: WireBound): void {
  let length = 0
  if (before[0] === cut.key[0] && before[1] === cut.key[1]) {
    let word = ID_WORD
    while (before[word] === cut.key[word]) word++
    const difference = before[word]! ^ cut.key[word]!
    // little-endian: the first byte is the lowest
    const byte = (31 - Math.clz32(difference & -difference)) >>> 3
    length = (word - ID_WORD) * 4 + byte + 1
  }
  cut.idLength = length
}
