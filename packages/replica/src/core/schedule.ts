import type { SessionOutcome, SessionReport } from './session.ts'

export interface ScheduleOptions {
  /** Between two sessions with peers at random, in ms: at first, and the most after one that found differences. */
  syncIntervalMs: number
  /** The least, halved towards while differences are found. */
  minSyncIntervalMs: number
  /** The most, doubled towards while there are none. */
  maxSyncIntervalMs: number
  /** Sessions that this node has begun, at once. */
  maxSessions: number
  /** How long the side that was dialed leaves the first session to the one that dialed, in ms. */
  acceptDelayMs: number
  /** After a nudge: how long to wait for more of the same, in ms… */
  nudgeDelayMs: number
  /** …and how long from one to the next, in ms… */
  nudgeGapMs: number
  /** …and with how many peers. */
  nudgePeers: number
  /** A peer with which a session failed is tried again after this long, in ms, doubled each time… */
  retryMs: number
  /** …up to this, in ms. */
  maxRetryMs: number
  /** A peer that lied is left alone for this long, in ms, doubled each time… */
  liarMs: number
  /** …up to this, in ms. */
  maxLiarMs: number
  /** Liars that are remembered when they are gone. */
  maxLiars: number
}

export const SCHEDULE_DEFAULTS = {
  syncIntervalMs: 60_000,
  minSyncIntervalMs: 5_000,
  maxSyncIntervalMs: 300_000,
  maxSessions: 2,
  acceptDelayMs: 2_000,
  nudgeDelayMs: 500,
  nudgeGapMs: 2_000,
  nudgePeers: 3,
  retryMs: 5_000,
  maxRetryMs: 30_000,
  liarMs: 600_000,
  maxLiarMs: 86_400_000,
  maxLiars: 1_000,
} as const satisfies ScheduleOptions

interface Peer {
  readonly id: string
  /** When a session with it is to begin; undefined: when chance picks it. */
  dueMs: number | undefined
  /** Not before this, whatever is due. */
  restMs: number
  failures: number
  isRunning: boolean
}

interface Liar {
  lies: number
  untilMs: number
}

export interface Plan {
  readonly start: ReadonlyArray<{ readonly peer: string; readonly isInitial: boolean }>
  /** When to ask again, if nothing happens before. */
  readonly wakeMs: number | undefined
}

/** 0 (included) to 1 (excluded). */
export type Chance = () => number

/** When to synchronize with whom. Pure: the time and chance are arguments. */
export class SyncSchedule {
  readonly #options: ScheduleOptions
  readonly #peers = new Map<string, Peer>()
  readonly #liars = new Map<string, Liar>()
  #intervalMs: number
  #roundMs: number | undefined
  #nudgeMs: number | undefined
  #nudgedMs = Number.NEGATIVE_INFINITY
  #running = 0
  #hasSynced = false
  #rounds = 0

  constructor(options: ScheduleOptions) {
    this.#options = options
    this.#intervalMs = options.syncIntervalMs
  }

  /** Sessions that this node has begun. */
  get running(): number {
    return this.#running
  }

  /** Whether a session has come to its end since the start. */
  get hasSynced(): boolean {
    return this.#hasSynced
  }

  /** How often the interval has been over, and a peer was picked for that. Not counted: sessions on connecting, after a nudge, tried again. */
  get rounds(): number {
    return this.#rounds
  }

  connected(id: string, isDialer: boolean, nowMs: number, chance: Chance): void {
    if (this.#peers.has(id)) return
    // not all of those that were dialed by one node at the same moment
    const delayMs = isDialer ? 0 : this.#options.acceptDelayMs * (1 + chance())
    this.#peers.set(id, { id, dueMs: nowMs + delayMs, restMs: 0, failures: 0, isRunning: false })
  }

  /** A session that runs with it is still to be `ended`. */
  disconnected(id: string): void {
    this.#peers.delete(id)
  }

  /** There is much that was not gossiped. */
  nudge(nowMs: number): void {
    const { nudgeDelayMs, nudgeGapMs } = this.#options
    this.#nudgeMs ??= Math.max(nowMs + nudgeDelayMs, this.#nudgedMs + nudgeGapMs)
  }

  isLiar(id: string, nowMs: number): boolean {
    return (this.#liars.get(id)?.untilMs ?? 0) > nowMs
  }

  /** A session that is not of the plan begins: somebody asked for it. It counts as one of the plan’s. */
  started(id: string): void {
    this.#running++
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.isRunning = true
    peer.dueMs = undefined
  }

  /** A session of this node has ended. */
  ended(id: string, report: Pick<SessionReport, 'outcome' | 'received' | 'sent'>, nowMs: number, chance: Chance): void {
    this.#running--
    const { outcome } = report
    if (outcome === 'done') this.#hasSynced = true
    if (outcome === 'done' || outcome === 'partial') this.#adjust(report.received + report.sent > 0, nowMs, chance)
    if (outcome === 'lied') this.lied(id, nowMs)
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.isRunning = false
    this.#plan(peer, outcome, nowMs, chance)
  }

  /** A session that the peer began has come to its end: what we wanted of it is done as well. */
  served(id: string): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.failures = 0
    peer.restMs = 0
    if (!peer.isRunning) peer.dueMs = undefined
  }

  /** It broke the rules, in whosever session. */
  lied(id: string, nowMs: number): void {
    const { liarMs, maxLiarMs, maxLiars } = this.#options
    const lies = (this.#liars.get(id)?.lies ?? 0) + 1
    this.#liars.delete(id)
    this.#liars.set(id, { lies, untilMs: nowMs + Math.min(maxLiarMs, liarMs * 2 ** (lies - 1)) })
    for (const [oldest] of this.#liars) {
      if (this.#liars.size <= maxLiars) break
      this.#liars.delete(oldest)
    }
  }

  /** What is to begin now. It has begun when this returns. */
  next(nowMs: number, chance: Chance): Plan {
    this.#round(nowMs, chance)
    this.#nudgeSome(nowMs, chance)
    const start: Array<{ peer: string; isInitial: boolean }> = []
    const due = [...this.#peers.values()]
      .filter(peer => !peer.isRunning && this.#dueMs(peer) <= nowMs)
      .sort((a, b) => this.#dueMs(a) - this.#dueMs(b))
    for (const { id } of due) {
      if (this.#running >= this.#options.maxSessions) break
      this.started(id)
      start.push({ peer: id, isInitial: !this.#hasSynced })
    }
    return { start, wakeMs: this.#wakeMs() }
  }

  #plan(peer: Peer, outcome: SessionOutcome, nowMs: number, chance: Chance): void {
    const { retryMs, maxRetryMs } = this.#options
    if (outcome === 'done' || outcome === 'partial') {
      peer.failures = 0
      peer.restMs = 0
      // behind those that are due already
      peer.dueMs = outcome === 'partial' ? nowMs : undefined
      return
    }
    const delayMs = Math.min(maxRetryMs, retryMs * 2 ** peer.failures) * (0.5 + chance())
    peer.failures++
    peer.restMs = peer.dueMs = nowMs + delayMs
  }

  #adjust(hasFound: boolean, nowMs: number, chance: Chance): void {
    const { syncIntervalMs, minSyncIntervalMs, maxSyncIntervalMs } = this.#options
    this.#intervalMs = hasFound
      ? Math.max(minSyncIntervalMs, Math.min(syncIntervalMs, this.#intervalMs) / 2)
      : Math.min(maxSyncIntervalMs, this.#intervalMs * 2)
    const nextMs = this.#afterMs(nowMs, chance)
    if (!hasFound || this.#roundMs === undefined || nextMs < this.#roundMs) this.#roundMs = nextMs
  }

  #round(nowMs: number, chance: Chance): void {
    if (this.#peers.size === 0) {
      this.#roundMs = undefined
      return
    }
    this.#roundMs ??= this.#afterMs(nowMs, chance)
    if (this.#roundMs > nowMs) return
    this.#rounds++
    for (const peer of this.#pick(1, nowMs, chance)) peer.dueMs = nowMs
    this.#roundMs = this.#afterMs(nowMs, chance)
  }

  #nudgeSome(nowMs: number, chance: Chance): void {
    if (this.#nudgeMs === undefined || this.#nudgeMs > nowMs) return
    this.#nudgeMs = undefined
    this.#nudgedMs = nowMs
    for (const peer of this.#pick(this.#options.nudgePeers, nowMs, chance)) peer.dueMs = nowMs
  }

  /** Some of those that are not due anyway. */
  #pick(count: number, nowMs: number, chance: Chance): Peer[] {
    const free = [...this.#peers.values()].filter(
      peer => !peer.isRunning && peer.dueMs === undefined && !this.isLiar(peer.id, nowMs),
    )
    const picked: Peer[] = []
    while (picked.length < count && free.length > 0) picked.push(...free.splice(Math.floor(chance() * free.length), 1))
    return picked
  }

  /** Half to one and a half intervals from now, so that nodes do not fall into step. */
  #afterMs(nowMs: number, chance: Chance): number {
    return nowMs + this.#intervalMs * (0.5 + chance())
  }

  #dueMs(peer: Peer): number {
    if (peer.dueMs === undefined) return Number.POSITIVE_INFINITY
    return Math.max(peer.dueMs, peer.restMs, this.#liars.get(peer.id)?.untilMs ?? 0)
  }

  #wakeMs(): number | undefined {
    let wakeMs = Math.min(this.#roundMs ?? Infinity, this.#peers.size === 0 ? Infinity : (this.#nudgeMs ?? Infinity))
    if (this.#running < this.#options.maxSessions) {
      for (const peer of this.#peers.values()) if (!peer.isRunning) wakeMs = Math.min(wakeMs, this.#dueMs(peer))
    }
    return wakeMs === Infinity ? undefined : wakeMs
  }
}
