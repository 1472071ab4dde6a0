/** What waits, by who sent it. */
export interface LaneLimits {
  readonly maxQueued: number
  readonly maxQueuedBytes: number
  readonly maxQueuedPerPeer: number
  readonly maxQueuedBytesPerPeer: number
}

interface Lane<T> {
  readonly peer: string
  waiting: T[]
  /** Those before it were taken. */
  head: number
  count: number
  bytes: number
}

/**
 * Bounded queues, one a peer, served in turns: a peer that sends more than can be checked waits for itself, not others for it.
 * An item counts until it is released, so what is being checked or stored counts too.
 */
export class Lanes<T extends { readonly peer: string; readonly sizeBytes: number }> {
  readonly #limits: LaneLimits
  readonly #lanes = new Map<string, Lane<T>>()
  /** Lanes in which something waits, in the order of their turns. */
  #turns: Array<Lane<T>> = []
  #count = 0
  #bytes = 0
  #waiting = 0

  constructor(limits: LaneLimits) {
    this.#limits = limits
  }

  /** Waiting or taken, and not released. */
  get count(): number {
    return this.#count
  }

  get waiting(): number {
    return this.#waiting
  }

  hasRoom(peer: string, sizeBytes: number): boolean {
    const { maxQueued, maxQueuedBytes, maxQueuedPerPeer, maxQueuedBytesPerPeer } = this.#limits
    if (this.#count >= maxQueued || this.#bytes + sizeBytes > maxQueuedBytes) return false
    const lane = this.#lanes.get(peer)
    return lane === undefined || (lane.count < maxQueuedPerPeer && lane.bytes + sizeBytes <= maxQueuedBytesPerPeer)
  }

  push(item: T): void {
    let lane = this.#lanes.get(item.peer)
    if (lane === undefined) {
      lane = { peer: item.peer, waiting: [], head: 0, count: 0, bytes: 0 }
      this.#lanes.set(item.peer, lane)
    }
    if (lane.head === lane.waiting.length) this.#turns.push(lane)
    lane.waiting.push(item)
    lane.count++
    lane.bytes += item.sizeBytes
    this.#count++
    this.#bytes += item.sizeBytes
    this.#waiting++
  }

  /** The next one of the peer whose turn it is. It counts until it is released. */
  take(): T | undefined {
    const lane = this.#turns.shift()
    if (lane === undefined) return undefined
    const item = lane.waiting[lane.head++]!
    this.#waiting--
    if (lane.head === lane.waiting.length) {
      lane.waiting = []
      lane.head = 0
    } else {
      this.#turns.push(lane)
    }
    return item
  }

  release(item: T): void {
    this.#count--
    this.#bytes -= item.sizeBytes
    const lane = this.#lanes.get(item.peer)!
    lane.count--
    lane.bytes -= item.sizeBytes
    if (lane.count === 0) this.#lanes.delete(item.peer)
  }
}
