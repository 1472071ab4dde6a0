export interface ClockState {
  /** By how much this node’s clock is ahead of the median of its peers’; undefined when none was heard. */
  readonly offsetMs: number | undefined
  /** More than is allowed. */
  readonly isOff: boolean
  /** Clocks that were heard. */
  readonly peers: number
}

/** What the clocks of peers say about ours. The last word of each counts, of as many as are remembered. */
export class PeerClocks {
  readonly #maxSkewMs: number
  readonly #maxPeers: number
  readonly #offsets = new Map<string, number>()

  constructor(maxSkewMs: number, maxPeers = 64) {
    this.#maxSkewMs = maxSkewMs
    this.#maxPeers = maxPeers
  }

  /** @param offsetMs by how much the peer's clock is ahead of ours */
  heard(peer: string, offsetMs: number): ClockState {
    this.#offsets.delete(peer)
    this.#offsets.set(peer, offsetMs)
    for (const [oldest] of this.#offsets) {
      if (this.#offsets.size <= this.#maxPeers) break
      this.#offsets.delete(oldest)
    }
    return this.state
  }

  get state(): ClockState {
    const sorted = [...this.#offsets.values()].sort((a, b) => a - b)
    const peers = sorted.length
    if (peers === 0) return { offsetMs: undefined, isOff: false, peers }
    // of an even number the one nearer to ours: a single peer among two cannot accuse our clock
    const [low, high] = [sorted[(peers - 1) >> 1]!, sorted[peers >> 1]!]
    const median = Math.abs(low) < Math.abs(high) ? low : high
    return { offsetMs: median === 0 ? 0 : -median, isOff: Math.abs(median) > this.#maxSkewMs, peers }
  }
}
