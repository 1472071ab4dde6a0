export interface InboundOptions {
  /** Sessions that peers have begun, at once. */
  maxInboundSessions: number
  /** Sessions that one peer may begin one after the other… */
  inboundBurst: number
  /** …and one more after each of these, in ms. */
  inboundIntervalMs: number
}

export const INBOUND_DEFAULTS = {
  maxInboundSessions: 4,
  inboundBurst: 16,
  inboundIntervalMs: 2_000,
} as const satisfies InboundOptions

interface Caller {
  isRunning: boolean
  /** Sessions that it may still begin at `atMs`. */
  credit: number
  atMs: number
}

/** Which sessions that peers begin are taken: one of each at a time, and none from a peer that begins one after the other for nothing. */
export class InboundSessions {
  readonly #options: InboundOptions
  readonly #callers = new Map<string, Caller>()
  #running = 0

  constructor(options: InboundOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running
  }

  /** Whether a session of this peer is taken: then it runs until it is `ended`. */
  admit(peer: string, nowMs: number): boolean {
    const { maxInboundSessions, inboundBurst, inboundIntervalMs } = this.#options
    const caller = this.#callers.get(peer) ?? { isRunning: false, credit: inboundBurst, atMs: nowMs }
    this.#callers.set(peer, caller)
    const earned = Math.max(0, nowMs - caller.atMs) / inboundIntervalMs
    caller.credit = Math.min(inboundBurst, caller.credit + earned)
    caller.atMs = nowMs
    if (caller.isRunning || caller.credit < 1 || this.#running >= maxInboundSessions) return false
    caller.isRunning = true
    caller.credit--
    this.#running++
    return true
  }

  /** `isProductive`: it brought something new, so the next one is welcome. */
  ended(peer: string, isProductive: boolean): void {
    const caller = this.#callers.get(peer)
    if (caller?.isRunning !== true) return
    caller.isRunning = false
    if (isProductive) caller.credit++
    this.#running--
  }

  /** Its connection is gone. What it may begin is remembered until that is all again. */
  forget(nowMs: number): void {
    const { inboundBurst, inboundIntervalMs } = this.#options
    for (const [peer, { isRunning, credit, atMs }] of this.#callers) {
      if (!isRunning && credit + (nowMs - atMs) / inboundIntervalMs >= inboundBurst) this.#callers.delete(peer)
    }
  }
}
