import { newKey } from './core/key.ts'
import { SumTree } from './core/sum-tree.ts'
import { digestWith, FINGERPRINT_BYTES } from './digest.ts'
import { Fingerprinter } from './fingerprint.ts'
import { infiniteKey, itemAt, writeBound, writeItem } from './item.ts'
import { digest } from '#platform'
import type { Sha256 } from './digest.ts'
import type { Bound, Item } from './item.ts'

export interface ReconcileTreeOptions {
  /** The platform's own by default: node:crypto in Node, @noble/hashes in browsers. */
  sha256?: Sha256
}

export interface ItemsOptions {
  /** Forwards: the first item is the one at or above this. In reverse: the one below it. Left out: from the respective end. */
  from?: Bound
  reverse?: boolean
}

/** An ordered set of (timestamp, id): by timestamp, then by the bytes of the id. Everything takes O(log n). */
export class ReconcileTree {
  /** @internal what the protocol works on */
  readonly sums = new SumTree()
  /** @internal */
  readonly fingerprints: Fingerprinter
  readonly #key = newKey()

  constructor({ sha256 }: ReconcileTreeOptions = {}) {
    this.fingerprints = new Fingerprinter(sha256 === undefined ? digest : digestWith(sha256))
  }

  get size(): number {
    return this.sums.size
  }

  /**
   * Copies the id.
   * @returns false when the item was there already
   * @throws {ReconcileError} `bad-item` when the timestamp is not a whole number from 0 to 2^64 - 2 or the id not 32 bytes long
   */
  insert(timestamp: number | bigint, id: Uint8Array): boolean {
    writeItem(timestamp, id, this.#key)
    return this.sums.insert(this.#key)
  }

  /**
   * @returns false when the item was not there
   * @throws {ReconcileError} `bad-item`
   */
  delete(timestamp: number | bigint, id: Uint8Array): boolean {
    writeItem(timestamp, id, this.#key)
    return this.sums.delete(this.#key)
  }

  /** @throws {ReconcileError} `bad-item` */
  has(timestamp: number | bigint, id: Uint8Array): boolean {
    writeItem(timestamp, id, this.#key)
    return this.sums.has(this.#key)
  }

  /**
   * How many items are below the bound.
   * @throws {ReconcileError} `bad-item`
   */
  rank(bound: Bound): number {
    writeBound(bound, this.#key)
    return this.sums.rankOf(this.#key)
  }

  /**
   * 16 bytes, equal for equal sets: of the items from `lower` (included) to `upper` (excluded), of all by default.
   * @throws {ReconcileError} `bad-item`
   */
  fingerprint(lower?: Bound, upper?: Bound): Uint8Array {
    const cursor = this.sums.cursor()
    if (lower !== undefined) {
      writeBound(lower, this.#key)
      cursor.toKey(this.#key)
      cursor.clearSum()
    }
    const before = cursor.rank
    if (upper === undefined) cursor.toRank(this.size)
    else {
      writeBound(upper, this.#key)
      cursor.toKey(this.#key)
    }
    const fingerprint = new Uint8Array(FINGERPRINT_BYTES)
    this.fingerprints.write(cursor.sum, cursor.rank - before, fingerprint, 0)
    return fingerprint
  }

  /**
   * In order. The set may change meanwhile: what is inserted ahead of the place reached is met, what is deleted is not.
   * @throws {ReconcileError} `bad-item`
   */
  *items({ from, reverse = false }: ItemsOptions = {}): IterableIterator<Item> {
    const key = reverse ? infiniteKey() : newKey()
    if (from !== undefined) writeBound(from, key)
    let version = this.sums.version
    let rank = this.sums.rankOf(key) - (reverse ? 1 : 0)
    while (rank >= 0 && rank < this.size) {
      this.sums.keyAt(rank, key)
      yield itemAt(key, 0)
      if (version === this.sums.version) rank += reverse ? -1 : 1
      else {
        version = this.sums.version
        rank = this.sums.rankOf(key)
        if (reverse) rank--
        else if (this.sums.has(key)) rank++
      }
    }
  }
}
