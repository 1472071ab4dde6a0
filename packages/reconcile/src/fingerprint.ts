import { ID_BYTES, ID_WORDS, readId } from './core/key.ts'
import { carryLanes } from './core/sums.ts'
import { encodeVarint, varintLength } from './varint.ts'
import type { Position } from './core/sum-tree.ts'
import type { Digest } from './digest.ts'

/** Of everything between two places; scratch space shared by all fingerprints of one tree. */
export class Fingerprinter {
  readonly #digest: Digest
  readonly #sum = new Uint32Array(ID_WORDS)
  /** The sum, and a count of up to 5 bytes. */
  readonly #input = new Uint8Array(ID_BYTES + 5)

  constructor(digest: Digest) {
    this.#digest = digest
  }

  write(lower: Position, upper: Position, into: Uint8Array, at: number): void {
    const count = upper.rank - lower.rank
    carryLanes(upper.sum, lower.sum, this.#sum, 0)
    readId(this.#sum, 0, this.#input, 0, ID_BYTES)
    const length = varintLength(0, count)
    encodeVarint(0, count, this.#input, ID_BYTES, length)
    this.#digest(this.#input.subarray(0, ID_BYTES + length), into, at)
  }
}
