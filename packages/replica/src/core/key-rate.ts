/** Keys whose versions were replaced lately. Beyond it the least recent are let off. */
const MAX_KEYS = 4_096

/** How fast others may replace versions of one key: a bucket of `burst`, and one more every `intervalMs`. */
export class KeyRate {
  readonly #burst: number
  readonly #intervalMs: number
  /** When the bucket of each key will be full again. */
  readonly #fullMs = new Map<string, number>()

  constructor(burst: number, intervalMs: number) {
    this.#burst = burst
    this.#intervalMs = intervalMs
  }

  isTooFast(key: Uint8Array, nowMs: number): boolean {
    const fullMs = this.#fullMs.get(String.fromCharCode(...key))
    return fullMs !== undefined && fullMs - nowMs > (this.#burst - 1) * this.#intervalMs
  }

  count(key: Uint8Array, nowMs: number): void {
    const name = String.fromCharCode(...key)
    const fullMs = Math.max(this.#fullMs.get(name) ?? 0, nowMs) + this.#intervalMs
    this.#fullMs.delete(name)
    this.#fullMs.set(name, fullMs)
    const [oldest] = this.#fullMs.keys()
    if (this.#fullMs.size > MAX_KEYS && oldest !== undefined) this.#fullMs.delete(oldest)
  }
}
