import { compareIds, ID_BYTES, ID_WORD, ID_WORDS, KEY_WORDS, writeId } from './core/key.ts'
import { idAt } from './item.ts'
import type { PeerIds } from './answer.ts'
import type { ReconcileTree } from './reconcile-tree.ts'
import type { ReportedIds } from './reported-ids.ts'

/** What differs: ids that only we have, and ids that only the peer has. */
export interface Differences {
  have: Uint8Array[]
  need: Uint8Array[]
  /** Ids that only we have and that were over `maxHave`. */
  omitted: number
}

/**
 * The peer's list against our items of the same range. Lists are sorted rather than hashed, because a peer may choose ids that collide in any hash that it
 * knows; n ids cost n log n whatever they are.
 */
export function compareIdList(
  { sums }: ReconcileTree,
  ids: PeerIds,
  into: Differences,
  reported: ReportedIds,
  maxHave: number,
): void {
  const { message, start, count } = ids
  const words = new Uint32Array(count * ID_WORDS)
  for (let id = 0; id < count; id++)
    writeId(words, id * ID_WORDS, message, start + id * ID_BYTES, start + (id + 1) * ID_BYTES)
  const order = Uint32Array.from({ length: count }, (_, id) => id)
  order.sort((a, b) => compareIds(words, a * ID_WORDS, words, b * ID_WORDS) || a - b)
  const isKnown = new Uint8Array(count)

  sums.visitRuns(ids.lower, ids.upper, (items, from, to) => {
    for (let at = from; at < to; at += KEY_WORDS) {
      const found = search(words, order, items, at + ID_WORD)
      if (found !== undefined) isKnown[found] = 1
      else if (into.have.length >= maxHave) into.omitted++
      else if (reported.add(items, at + ID_WORD)) into.have.push(idAt(items, at + ID_WORD))
    }
  })
  for (let place = 1; place < count; place++)
    if (compareIds(words, order[place - 1]! * ID_WORDS, words, order[place]! * ID_WORDS) === 0)
      isKnown[order[place]!] = 1
  for (let id = 0; id < count; id++)
    if (isKnown[id] === 0 && reported.add(words, id * ID_WORDS)) into.need.push(idAt(words, id * ID_WORDS))
}

/** @returns the first of the list that is equal */
function search(words: Uint32Array, order: Uint32Array, item: Uint32Array, at: number): number | undefined {
  let from = 0
  let to = order.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (compareIds(words, order[middle]! * ID_WORDS, item, at) < 0) from = middle + 1
    else to = middle
  }
  return from < order.length && compareIds(words, order[from]! * ID_WORDS, item, at) === 0 ? order[from] : undefined
}
