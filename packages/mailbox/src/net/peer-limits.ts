import { TokenBucket } from '../core/token-bucket.ts'
import type { Clock } from '@stoa/replica'

/** What one peer may ask of this node. */
const PER_PEER = {
  /** Trial openings of letters that were handed over: each slot of each takes about a millisecond without a native KEM. */
  openingsPerSecond: 128,
  openingBurst: 1_024,
  /** Letters to keep. */
  keepsPerSecond: 64,
  keepBurst: 1_024,
  /** Requests under way. */
  maxUnderWay: 16,
} as const
/** Trial openings for all peers together. */
const OPENINGS_PER_SECOND = 512
const OPENING_BURST = 4_096
/** Requests under way of all peers: with their letters, 16 MiB. */
const MAX_UNDER_WAY = 256
/** Peers that are remembered. Those that have used nothing lately are forgotten first. */
const MAX_PEERS = 4_096

interface Share {
  readonly openings: TokenBucket
  readonly keeps: TokenBucket
  underWay: number
}

/** Keeps one peer, and all of them, from taking this node's time. */
export class PeerLimits {
  readonly #clock: Clock
  readonly #peers = new Map<string, Share>()
  readonly #openings: TokenBucket
  #underWay = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#openings = new TokenBucket(OPENINGS_PER_SECOND, OPENING_BURST, clock.now())
  }

  mayOpen(peer: string, slots: number): boolean {
    const nowMs = this.#clock.now()
    return this.#share(peer).openings.take(slots, nowMs) && this.#openings.take(slots, nowMs)
  }

  mayKeep(peer: string): boolean {
    return this.#share(peer).keeps.take(1, this.#clock.now())
  }

  /** Undefined when too many are under way. */
  async run<T>(peer: string, work: () => Promise<T>): Promise<T | undefined> {
    const share = this.#share(peer)
    if (share.underWay >= PER_PEER.maxUnderWay || this.#underWay >= MAX_UNDER_WAY) return undefined
    share.underWay++
    this.#underWay++
    try {
      return await work()
    } finally {
      share.underWay--
      this.#underWay--
    }
  }

  #share(peer: string): Share {
    let share = this.#peers.get(peer)
    if (share === undefined) {
      const nowMs = this.#clock.now()
      if (this.#peers.size >= MAX_PEERS) this.#forget(nowMs)
      share = {
        openings: new TokenBucket(PER_PEER.openingsPerSecond, PER_PEER.openingBurst, nowMs),
        keeps: new TokenBucket(PER_PEER.keepsPerSecond, PER_PEER.keepBurst, nowMs),
        underWay: 0,
      }
      this.#peers.set(peer, share)
    }
    return share
  }

  #forget(nowMs: number): void {
    for (const [peer, { openings, keeps, underWay }] of this.#peers) {
      if (underWay === 0 && openings.isFull(nowMs) && keeps.isFull(nowMs)) this.#peers.delete(peer)
    }
    // all of them are busy: the one that is known longest starts anew
    const [oldest] = this.#peers.keys()
    if (this.#peers.size >= MAX_PEERS && oldest !== undefined) this.#peers.delete(oldest)
  }
}
