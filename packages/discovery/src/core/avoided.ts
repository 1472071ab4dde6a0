/** Peers not to dial for a while, bounded: those that turned out to be of another network. */
export class Avoided {
  readonly #max: number
  readonly #until = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  add(peer: string, untilMs: number): void {
    this.#until.delete(peer)
    this.#until.set(peer, untilMs)
    const oldest = this.#until.keys().next()
    if (this.#until.size > this.#max && oldest.done !== true) this.#until.delete(oldest.value)
  }

  has(peer: string, nowMs: number): boolean {
    return (this.#until.get(peer) ?? 0) > nowMs
  }

  delete(peer: string): void {
    this.#until.delete(peer)
  }
}
