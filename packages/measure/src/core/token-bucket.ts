/** `perSecond` on average, `burst` at once. */
export class TokenBucket {
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#tokens = burst
    this.#atMs = nowMs
  }

  has(count: number, nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (Math.max(0, nowMs - this.#atMs) * this.#perSecond) / 1_000)
    this.#atMs = nowMs
    return this.#tokens >= count
  }

  /** Takes so many, or none. */
  take(count: number, nowMs: number): boolean {
    if (!this.has(count, nowMs)) return false
    this.#tokens -= count
    return true
  }

  isFull(nowMs: number): boolean {
    return this.has(this.#burst, nowMs)
  }
}
