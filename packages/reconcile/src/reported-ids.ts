import { ID_WORD, ID_WORDS, newKey } from './core/key.ts'
import { SumTree } from './core/sum-tree.ts'

/**
 * The ids a session has reported. When a frame is full, the fingerprint of the rest begins at the last bound written, so it covers what either side
 * had skipped before it, and lists compared in earlier rounds are compared again. A tree rather than a Set of strings: no hash to attack, and 60 bytes an id.
 */
export class ReportedIds {
  #ids: SumTree | undefined
  readonly #key = newKey()

  /** @returns false when it was reported before */
  add(words: Uint32Array, at: number): boolean {
    for (let word = 0; word < ID_WORDS; word++) this.#key[ID_WORD + word] = words[at + word]!
    this.#ids ??= new SumTree()
    return this.#ids.insert(this.#key)
  }
}
