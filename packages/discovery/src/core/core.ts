import { onDialFailed, onDialled, onWanted, planDials } from './dialling.ts'
import { hearAll, onAskFailed, onAsked, onTold, planAsks } from './exchanging.ts'
import { onConnected, onDisconnected, onIdentified, planLinks } from './linking.ts'
import type { Standing } from './link.ts'
import type { BookEntry, CoreInit, Effect, Event, Source } from './model.ts'
import { State } from './state.ts'
import type { DialCount } from './state.ts'

/**
 * Who to know and who to dial. Events and the time go in, effects come out; the same events, times and draws always
 * give the same effects. Every `handle` also looks at what has become due, so that a late or lost wake does no harm.
 */
export class DiscoveryCore {
  readonly #state: State

  constructor(init: CoreInit, nowMs: number) {
    this.#state = new State(init, nowMs)
  }

  handle(event: Event, nowMs: number): Effect[] {
    const state = this.#state
    this.#apply(event, nowMs)
    if (state.started) {
      planLinks(state, nowMs)
      planDials(state, nowMs)
      planAsks(state, nowMs)
      planWalk(state, nowMs)
      planExpiry(state, nowMs)
      noticeTarget(state)
    }
    return state.takeEffects()
  }

  /** A count of everything, for whoever runs the node. */
  counts(): CoreCounts {
    const state = this.#state
    return {
      connected: state.members().length,
      outbound: state.outboundMembers().length,
      strangers: [...state.links.values()].filter(({ standing }) => standing === 'stranger').length,
      known: state.book.size,
      proven: [...state.book.entries()].filter(({ lastSuccessMs }) => lastSuccessMs !== undefined).length,
      dialling: state.dials.size,
      refusedAddresses: state.book.refused,
      dials: state.dialCounts,
    }
  }

  entries(): BookEntry[] {
    return [...this.#state.book.entries()]
  }

  links(): CoreLink[] {
    return [...this.#state.links.values()]
  }

  /** The dial to a peer that is under way, if any. */
  dialTo(peer: string): string | undefined {
    return this.#state.dials.get(peer)?.key
  }

  #apply(event: Event, nowMs: number): void {
    const state = this.#state
    switch (event.type) {
      case 'start':
        return start(state, event, nowMs)
      case 'heard':
        return void hearAll(state, event, state.init.limits.maxRecords, nowMs)
      case 'dialled':
        return onDialled(state, event, nowMs)
      case 'dial-failed':
        return onDialFailed(state, event, nowMs)
      case 'connected':
        return onConnected(state, event, nowMs)
      case 'disconnected':
        return onDisconnected(state, event, nowMs)
      case 'identified':
        return onIdentified(state, event, nowMs)
      case 'wanted':
        return onWanted(state, event, nowMs)
      case 'asked':
        return onAsked(state, event, nowMs)
      case 'told':
        return onTold(state, event, nowMs)
      case 'ask-failed':
        return onAskFailed(state, event, nowMs)
      case 'walked':
        return onWalked(state, nowMs)
      case 'tick':
    }
  }
}

export interface CoreCounts {
  readonly connected: number
  readonly outbound: number
  readonly strangers: number
  readonly known: number
  readonly proven: number
  readonly dialling: number
  readonly refusedAddresses: number
  readonly dials: Readonly<Record<Source, Readonly<DialCount>>>
}

export interface CoreLink {
  readonly peer: string
  readonly address: string
  readonly network: string
  readonly standing: Standing
  readonly dialledAddress: string | undefined
  readonly sinceMs: number
}

function start(state: State, event: Event & { type: 'start' }, nowMs: number): void {
  const { walkMinMs, askIntervalMs, expireIntervalMs } = state.init.limits
  state.book.restore(
    event.entries.filter(({ peer }) => peer !== state.init.self),
    nowMs,
  )
  state.bootstraps.set(event.bootstrap, state.init.self)
  state.walkedMs = nowMs
  state.walkDelayMs = walkMinMs
  state.surveyAtMs = nowMs + askIntervalMs
  state.expireAtMs = nowMs + expireIntervalMs
  state.started = true
}

/** Random walks of the DHT, for what exchange among acquaintances never brings: now and then, and soon when we have nobody left to try. */
function planWalk(state: State, nowMs: number): void {
  if (state.walking || state.members().length === 0) return
  const atMs = state.walkedMs + (isStuck(state) ? state.walkDelayMs : state.init.limits.walkIntervalMs)
  if (atMs > nowMs) return state.wakeAt(atMs)
  state.walking = true
  state.emit({ type: 'walk' })
}

function onWalked(state: State, nowMs: number): void {
  const { walkMinMs, walkIntervalMs } = state.init.limits
  state.walking = false
  state.walkedMs = nowMs
  state.walkDelayMs = isStuck(state) ? Math.min(state.walkDelayMs * 2, walkIntervalMs) : walkMinMs
}

/** We want more peers, and know of none that has not failed us. A walk dials, so it is not begun while there is better to dial. */
function isStuck(state: State): boolean {
  return (
    state.hungry() && ![...state.book.entries()].some(({ peer, failures }) => failures === 0 && !state.links.has(peer))
  )
}

function planExpiry(state: State, nowMs: number): void {
  if (state.expireAtMs <= nowMs) {
    state.expireAtMs = nowMs + state.init.limits.expireIntervalMs
    for (const { peer } of state.outboundMembers()) state.book.refresh(peer, nowMs)
    state.book.expire(nowMs)
  }
  state.wakeAt(state.expireAtMs)
}

function noticeTarget(state: State): void {
  const connected = state.members().length
  const target = state.init.limits.targetPeers
  const reached = connected >= target
  if (reached === state.targetReached) return
  state.targetReached = reached
  const type = reached ? 'target:reached' : 'target:lost'
  state.emit({ type: 'notice', notice: { type, connected, target } })
}
