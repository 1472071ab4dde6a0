/** How long to wait before the next attempt: twice as long each time, up to a limit. */
export class Backoff {
  readonly #firstMs: number
  readonly #mostMs: number
  #nextMs: number

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = firstMs
    this.#mostMs = mostMs
    this.#nextMs = firstMs
  }

  next(): number {
    const now = this.#nextMs
    this.#nextMs = Math.min(2 * now, this.#mostMs)
    return now
  }

  reset(): void {
    this.#nextMs = this.#firstMs
  }
}
