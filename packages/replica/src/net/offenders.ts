/** How many peers are remembered: the one that offended first is forgotten first. */
const MAX_OFFENDERS = 1_024
const WINDOW_MS = 600_000

/** Who sent what no honest peer sends, and how often of late. */
export class Offenders {
  readonly #maxOffences: number
  readonly #peers = new Map<string, { count: number; sinceMs: number }>()

  constructor(maxOffences: number) {
    this.#maxOffences = maxOffences
  }

  /** Whether that was one too many. */
  blame(peer: string, nowMs: number): boolean {
    let offender = this.#peers.get(peer)
    if (offender === undefined || nowMs - offender.sinceMs > WINDOW_MS) {
      offender = { count: 0, sinceMs: nowMs }
      this.#peers.delete(peer)
      this.#peers.set(peer, offender)
      const [oldest] = this.#peers.keys()
      if (this.#peers.size > MAX_OFFENDERS && oldest !== undefined) this.#peers.delete(oldest)
    }
    return ++offender.count >= this.#maxOffences
  }
}
