import { copyKey, ID_WORD, ID_WORDS, KEY_WORDS, newKey } from './core/key.ts'
import { SumTree } from './core/sum-tree.ts'
import { IdList } from './id-list.ts'
import { idAt } from './item.ts'
import type { PeerIds } from './answer.ts'

/** What one message told: ids that only we have, and ids that only the peer has. */
export interface Found {
  have: Uint8Array[]
  need: Uint8Array[]
  /** Ids that only we have and that were over `maxHave`. */
  omitted: number
}

/**
 * What differs, over a session, each item once. When a frame is full, the fingerprint of the rest begins at the last bound written, so it covers what
 * either side had skipped before it, and lists compared in earlier rounds are compared again. What was reported is kept in trees rather than Sets of strings:
 * no hash to attack, and 40 to 70 bytes an id.
 */
export class Differences {
  readonly #sums: SumTree
  readonly #maxHave: number
  readonly #have = new SumTree()
  readonly #need = new SumTree()
  readonly #key = newKey()

  constructor(sums: SumTree, maxHave: number) {
    this.#sums = sums
    this.#maxHave = maxHave
  }

  /** A list of the peer against our items of the same range. */
  compare({ message, start, count, lower, upper }: PeerIds, found: Found): void {
    if (count === 0) {
      this.#addRun(lower, upper, found)
      return
    }
    const list = new IdList(message, start, count)
    this.#sums.visitRuns(lower, upper, (items, from, to) => {
      for (let at = from; at < to; at += KEY_WORDS) if (!list.mark(items, at + ID_WORD)) this.#addHave(items, at, found)
    })
    for (let index = 0; index < count; index++) if (!list.isMarked(index)) this.#addNeed(list.words, index, found)
  }

  /** All our items of a range; beyond `maxHave` they need not be looked at to be counted. */
  #addRun(lower: number, upper: number, found: Found): void {
    const end = Math.min(upper, lower + this.#maxHave - found.have.length)
    this.#sums.visitRuns(lower, end, (items, from, to) => {
      for (let at = from; at < to; at += KEY_WORDS) this.#addHave(items, at, found)
    })
    found.omitted += upper - end
  }

  #addHave(items: Uint32Array, at: number, found: Found): void {
    if (found.have.length >= this.#maxHave) {
      found.omitted++
      return
    }
    copyKey(items, at, this.#key)
    if (this.#have.insert(this.#key)) found.have.push(idAt(items, at + ID_WORD))
  }

  #addNeed(words: Uint32Array, index: number, found: Found): void {
    this.#key.fill(0, 0, ID_WORD)
    for (let word = 0; word < ID_WORDS; word++) this.#key[ID_WORD + word] = words[index * ID_WORDS + word]!
    if (this.#need.insert(this.#key)) found.need.push(idAt(words, index * ID_WORDS))
  }
}
