/** So many a second, and so many at once after a quiet time. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  constructor({ perSecond, burst }: { perSecond: number; burst: number }, nowMs: number) {
    this.#perMs = perSecond / 1_000
    this.#burst = burst
    this.#tokens = burst
    this.#atMs = nowMs
  }

  /** Whether one more may pass at this time. A clock that goes back counts as standing still. */
  take(nowMs: number): boolean {
    const passed = Math.max(0, nowMs - this.#atMs)
    this.#tokens = Math.min(this.#burst, this.#tokens + passed * this.#perMs)
    this.#atMs = Math.max(this.#atMs, nowMs)
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
