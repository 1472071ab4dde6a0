import { TokenBucket } from '../core/token-bucket.ts'

/** A quiet service may be called by so many times its rate at once. */
const BURST = 4

/**
 * Who may come in: so many a second, and so many that have not proven who they are. libp2p counts by address, and over
 * Tor there is none, so this counts all together. When all places are taken the one that has waited longest leaves: who
 * would keep others out by saying nothing has to call as often as the rate allows, and not only once in each handshake's time.
 */
export class InboundGate<Caller> {
  readonly #bucket: TokenBucket
  readonly #maxPending: number
  readonly #dismiss: (caller: Caller) => void
  /** In the order in which they came. */
  readonly #pending = new Set<Caller>()

  constructor(init: { perSecond: number; maxPending: number; dismiss: (caller: Caller) => void }, nowMs: number) {
    this.#bucket = new TokenBucket({ perSecond: init.perSecond, burst: BURST * init.perSecond }, nowMs)
    this.#maxPending = init.maxPending
    this.#dismiss = init.dismiss
  }

  /** Whether it may come in; then `leave` is owed. */
  enter(caller: Caller, nowMs: number): boolean {
    if (!this.#bucket.take(nowMs)) return false
    const [oldest] = this.#pending
    if (oldest !== undefined && this.#pending.size >= this.#maxPending) {
      this.#pending.delete(oldest)
      this.#dismiss(oldest)
    }
    this.#pending.add(caller)
    return true
  }

  /** It has proven who it is, or has gone. */
  leave(caller: Caller): void {
    this.#pending.delete(caller)
  }
}
