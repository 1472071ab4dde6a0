import { TokenBucket } from '../core/token-bucket.ts'

/** A quiet service may be called by so many times its rate at once. */
const BURST = 4

/**
 * Who may come in: so many a second, so many that have not proven who they are. libp2p counts by address, and over Tor
 * there is none, so this counts all together.
 */
export class InboundGate {
  readonly #bucket: TokenBucket
  readonly #maxPending: number
  #pending = 0

  constructor(init: { perSecond: number; maxPending: number }, nowMs: number) {
    this.#bucket = new TokenBucket({ perSecond: init.perSecond, burst: BURST * init.perSecond }, nowMs)
    this.#maxPending = init.maxPending
  }

  /** Why a connection has to go, or undefined when it may come in; then `leave` is owed. */
  enter(nowMs: number): 'pending' | 'rate' | undefined {
    if (this.#pending >= this.#maxPending) return 'pending'
    if (!this.#bucket.take(nowMs)) return 'rate'
    this.#pending++
    return undefined
  }

  leave(): void {
    this.#pending--
  }
}
