import { TokenBucket } from './token-bucket.ts'

/** A burst is as much as this many seconds of the rate. */
const BURST_SECONDS = 4

/** Who has not come for a while is forgotten; beyond so many, whoever came first is. */
const MAX_KEPT = 1_024

/** A rate for each of many, who have names. */
export class Rates {
  readonly #perSecond: number
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  get size(): number {
    return this.#buckets.size
  }

  has(name: string, count: number, nowMs: number): boolean {
    return this.#bucketOf(name, nowMs).has(count, nowMs)
  }

  take(name: string, count: number, nowMs: number): boolean {
    return this.#bucketOf(name, nowMs).take(count, nowMs)
  }

  #bucketOf(name: string, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_KEPT) this.#forget(nowMs)
      bucket = new TokenBucket(this.#perSecond, this.#perSecond * BURST_SECONDS, nowMs)
      this.#buckets.set(name, bucket)
    }
    return bucket
  }

  #forget(nowMs: number): void {
    for (const [name, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(name)
    const [first] = this.#buckets.keys()
    if (this.#buckets.size >= MAX_KEPT && first !== undefined) this.#buckets.delete(first)
  }
}
