/**
 * Items that were dropped or refused a short while ago, so that they are not fetched again from the next peer. Two generations of 48-bit
 * prefixes: it forgets what is older than one to two times `forgottenMs`, and the older half when there are too many.
 */
export class Forgotten {
  readonly #maxItems: number
  readonly #forgottenMs: number
  #recent = new Set<number>()
  #older = new Set<number>()
  #turnedMs = 0

  constructor(maxItems: number, forgottenMs: number) {
    this.#maxItems = maxItems
    this.#forgottenMs = forgottenMs
  }

  add(itemId: Uint8Array, nowMs: number): void {
    this.#turn(nowMs)
    this.#recent.add(prefix(itemId))
  }

  has(itemId: Uint8Array, nowMs: number): boolean {
    this.#turn(nowMs)
    const key = prefix(itemId)
    return this.#recent.has(key) || this.#older.has(key)
  }

  #turn(nowMs: number): void {
    const age = nowMs - this.#turnedMs
    if (age < this.#forgottenMs && this.#recent.size < this.#maxItems / 2) return
    this.#older = age < 2 * this.#forgottenMs ? this.#recent : new Set()
    this.#recent = new Set()
    this.#turnedMs = nowMs
  }
}

function prefix(itemId: Uint8Array): number {
  const [a, b, c, d, e, f] = itemId
  return (((a! * 256 + b!) * 256 + c!) * 256 + d!) * 65_536 + e! * 256 + f!
}
