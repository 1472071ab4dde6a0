import { ID_BYTES, ID_WORDS, readId } from './core/key.ts'
import { carryLanes } from './core/sums.ts'
import { encodeVarint, varintLength } from './varint.ts'
import type { Lanes } from './core/sums.ts'
import type { Digest } from './digest.ts'

/** The fingerprint of a range; scratch space shared by all fingerprints of one tree. */
export class Fingerprinter {
  readonly #digest: Digest
  readonly #sum = new Uint32Array(ID_WORDS)
  /** The sum, and a count of up to 5 bytes. */
  readonly #input = new Uint8Array(ID_BYTES + 5)

  constructor(digest: Digest) {
    this.#digest = digest
  }

  /** Of `count` items whose ids add up to `lanes`. */
  write(lanes: Lanes, count: number, into: Uint8Array, at: number): void {
    carryLanes(lanes, this.#sum)
    readId(this.#sum, 0, this.#input, 0, ID_BYTES)
    const length = varintLength(0, count)
    encodeVarint(0, count, this.#input, ID_BYTES, length)
    this.#digest(this.#input.subarray(0, ID_BYTES + length), into, at)
  }
}
