/** A token bucket: `burst` at once, `perSecond` in the long run. The time comes from outside. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  constructor(init: { perSecond: number; burst: number }, nowMs: number) {
    this.#perMs = init.perSecond / 1000
    this.#burst = init.burst
    this.#tokens = init.burst
    this.#atMs = nowMs
  }

  take(nowMs: number): boolean {
    this.#refill(nowMs)
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** When `take` would succeed again; `nowMs` if it would now. */
  nextMs(nowMs: number): number {
    this.#refill(nowMs)
    return this.#tokens >= 1 ? nowMs : nowMs + Math.ceil((1 - this.#tokens) / this.#perMs)
  }

  #refill(nowMs: number): void {
    // a clock set back must not take tokens away
    const passedMs = Math.max(0, nowMs - this.#atMs)
    this.#tokens = Math.min(this.#burst, this.#tokens + passedMs * this.#perMs)
    this.#atMs = nowMs
  }
}
