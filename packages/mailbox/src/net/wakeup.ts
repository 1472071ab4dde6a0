import type { Clock } from '@stoa/replica'

/** Timers are no longer than this, in ms: a clock that is set back or forth is noticed by then. */
const MAX_DELAY_MS = 60_000

/** One timer for many times: runs at the earliest of them. */
export class Wakeup {
  readonly #clock: Clock
  readonly #run: () => void
  #timer: unknown
  #atMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock
    this.#run = run
  }

  at(atMs: number): void {
    if (atMs >= this.#atMs) return
    this.#clock.clearTimeout(this.#timer)
    this.#atMs = atMs
    const delayMs = Math.min(Math.max(1, atMs - this.#clock.now()), MAX_DELAY_MS)
    this.#timer = this.#clock.setTimeout(() => this.#wake(), delayMs)
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#atMs = Number.POSITIVE_INFINITY
  }

  #wake(): void {
    const atMs = this.#atMs
    this.#atMs = Number.POSITIVE_INFINITY
    if (atMs > this.#clock.now()) this.at(atMs)
    else this.#run()
  }
}
