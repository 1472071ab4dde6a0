import { Avoided } from './avoided.ts'
import { AddressBook } from './book.ts'
import type { Heard } from './book.ts'
import { Bootstraps } from './bootstrap.ts'
import { TokenBucket } from './bucket.ts'
import type { Link } from './link.ts'
import { SOURCES } from './model.ts'
import type { CoreInit, Effect, HeardPeer, Origin, Source } from './model.ts'

/** A dial under way. */
export interface Dial {
  readonly key: string
  /** Unknown only for a bootstrap address that names nobody. */
  readonly peer: string | undefined
  readonly source: Source
  readonly addresses: readonly string[]
  readonly network: string
  /** For a DHT lookup, not for a place among our peers. */
  readonly lookup: boolean
}

export interface DialCount {
  succeeded: number
  failed: number
}

/** All that the core remembers. The functions beside it read and change it; nothing else does. */
export class State {
  readonly init: CoreInit
  readonly book: AddressBook
  readonly bootstraps: Bootstraps
  readonly avoided: Avoided
  readonly links = new Map<string, Link>()
  readonly dials = new Map<string, Dial>()
  readonly dialCounts: Record<Source, DialCount>
  readonly dialBucket: TokenBucket
  started = false
  targetReached = false
  walking = false
  walkedMs = 0
  walkDelayMs = 0
  surveyAtMs = 0
  expireAtMs = 0

  readonly #effects: Effect[] = []
  #wakeAtMs = Infinity

  constructor(init: CoreInit, nowMs: number) {
    const { limits } = init
    this.init = init
    this.book = new AddressBook(limits, init.allows)
    this.bootstraps = new Bootstraps(limits)
    this.avoided = new Avoided(limits.maxAvoided)
    this.dialBucket = new TokenBucket({ perSecond: limits.dialsPerSecond, burst: limits.dialBurst }, nowMs)
    const counts = SOURCES.map(source => [source, { succeeded: 0, failed: 0 }])
    this.dialCounts = Object.fromEntries(counts) as Record<Source, DialCount>
  }

  /** Every way into the address book ends here, so that every newcomer is announced. */
  hear(heard: HeardPeer, source: Source, origin: Origin, nowMs: number): Heard {
    const news = this.book.hear(heard, source, origin, nowMs)
    if (news === 'new') this.emit({ type: 'notice', notice: { type: 'peer:found', peer: heard.peer, source } })
    return news
  }

  emit(effect: Effect): void {
    this.#effects.push(effect)
  }

  /** Asks to be woken then, unless something else asks for earlier. */
  wakeAt(atMs: number): void {
    this.#wakeAtMs = Math.min(this.#wakeAtMs, atMs)
  }

  takeEffects(): Effect[] {
    for (const change of this.book.takeChanges()) {
      this.emit('forgotten' in change ? { type: 'forget', peer: change.peer } : { type: 'store', entry: change })
    }
    if (Number.isFinite(this.#wakeAtMs)) this.emit({ type: 'wake', atMs: this.#wakeAtMs })
    this.#wakeAtMs = Infinity
    return this.#effects.splice(0)
  }

  members(): Link[] {
    return [...this.links.values()].filter(({ standing, hangingUp }) => standing === 'member' && !hangingUp)
  }

  outboundMembers(): Link[] {
    return this.members().filter(({ dialledAddress }) => dialledAddress !== undefined)
  }

  /** Connected, and not yet known to be of our network or not. */
  undecided(nowMs: number): Link[] {
    const { identifyTimeoutMs } = this.init.limits
    return [...this.links.values()].filter(
      ({ standing, sinceMs }) => standing === 'unknown' && nowMs - sinceMs < identifyTimeoutMs,
    )
  }

  /** More peers would help: we have too few, or know too few to replace those we have. */
  hungry(): boolean {
    const { targetPeers } = this.init.limits
    return this.members().length < targetPeers || this.book.size < targetPeers
  }
}
