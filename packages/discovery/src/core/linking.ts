import { usableWhenToldOver } from './address.ts'
import { link as newLink } from './link.ts'
import type { Link } from './link.ts'
import type { Event, HangUpReason, Source } from './model.ts'
import type { State } from './state.ts'

export function onConnected(state: State, event: Event & { type: 'connected' }, nowMs: number): void {
  if (event.peer === state.init.self) return
  const { answersPerMinute: perMinute, answerBurst: burst } = state.init.limits
  const dialledAddress = event.direction === 'outbound' ? event.address : undefined
  const known = state.links.get(event.peer)
  if (known === undefined) {
    const { peer, address } = event
    state.links.set(peer, newLink({ peer, address, dialledAddress, perMinute, burst }, nowMs))
    return
  }
  known.dialledAddress ??= dialledAddress
  if (known.standing === 'member' && dialledAddress !== undefined) proveMember(state, known, nowMs)
}

export function onIdentified(state: State, event: Event & { type: 'identified' }, nowMs: number): void {
  const link = state.links.get(event.peer)
  if (link === undefined) return
  if (link.standing !== (event.member ? 'member' : 'stranger')) link.standingSinceMs = nowMs
  if (!event.member) {
    link.standing = 'stranger'
    return
  }
  link.standing = 'member'
  link.hangingUp = false
  state.avoided.delete(event.peer)
  if (event.heard !== undefined) hearOverLink(state, link, { ...event, heard: event.heard }, nowMs)
  if (link.dialledAddress !== undefined) proveMember(state, link, nowMs)
  for (const entry of state.bootstraps.waiting()) {
    if (state.bootstraps.peerOf(entry) === event.peer) state.bootstraps.reached(entry.key)
  }
}

export function onDisconnected(state: State, event: Event & { type: 'disconnected' }, nowMs: number): void {
  const link = state.links.get(event.peer)
  if (link === undefined) return
  state.links.delete(event.peer)
  const wasMember = link.standing === 'member' && link.dialledAddress !== undefined
  if (wasMember) state.book.refresh(event.peer, nowMs)
  if (!link.ours || link.hangingUp) return
  // one that lets us in only to show us out is retried ever more rarely; one that stayed a while, soon
  const brief = nowMs - link.sinceMs < state.init.limits.identifyTimeoutMs
  if (brief) failLink(state, link, nowMs)
  else state.book.postpone(event.peer, nowMs, state.init.draw())
}

/** Hangs up on what we dialled in vain, and asks to be woken for those whose time is not up yet. */
export function planLinks(state: State, nowMs: number): void {
  const { identifyTimeoutMs, strangerGraceMs, lookupKeepMs, targetPeers, avoidMs } = state.init.limits
  let spare = state.members().length - targetPeers
  for (const link of state.links.values()) {
    if (link.hangingUp) continue
    if (link.standing === 'unknown' && due(state, link.sinceMs + identifyTimeoutMs, nowMs)) {
      link.standing = 'stranger'
      link.standingSinceMs = nowMs
      if (hangUp(state, link, 'not-identified')) failLink(state, link, nowMs)
    } else if (link.standing === 'stranger' && due(state, link.standingSinceMs + strangerGraceMs, nowMs)) {
      if (!hangUp(state, link, 'other-network')) continue
      failBootstrap(state, link.peer, nowMs)
      state.avoided.add(link.peer, nowMs + avoidMs)
      state.book.forget(link.peer)
    } else if (link.standing === 'member' && link.lookup && spare > 0) {
      if (due(state, link.sinceMs + lookupKeepMs, nowMs) && hangUp(state, link, 'lookup-over')) spare--
    }
  }
}

function due(state: State, atMs: number, nowMs: number): boolean {
  if (nowMs >= atMs) return true
  state.wakeAt(atMs)
  return false
}

/** Only what this service has opened is its to close. */
function hangUp(state: State, link: Link, reason: HangUpReason): boolean {
  if (!link.ours) return false
  link.hangingUp = true
  state.emit({ type: 'hang-up', peer: link.peer, reason })
  return true
}

function failLink(state: State, link: Link, nowMs: number): void {
  failBootstrap(state, link.peer, nowMs)
  state.book.fail(link.peer, [], nowMs, state.init.draw())
}

function failBootstrap(state: State, peer: string, nowMs: number): void {
  for (const entry of state.bootstraps.waiting()) {
    if (state.bootstraps.peerOf(entry) === peer) state.bootstraps.failed(entry.key, nowMs, state.init.draw())
  }
}

/** What a member says of itself. A peer that nobody could reach at any of its addresses is not worth an entry. */
function hearOverLink(
  state: State,
  link: Link,
  { heard }: { heard: NonNullable<(Event & { type: 'identified' })['heard']> },
  nowMs: number,
): void {
  const addresses = heard.addresses.filter(address => usableWhenToldOver(link.reach, address))
  const origin = { network: link.network, teller: link.peer }
  state.hear({ ...heard, peer: link.peer, addresses }, sourceOf(state, link), origin, nowMs)
}

function proveMember(state: State, link: Link, nowMs: number): void {
  const address = link.dialledAddress
  if (address === undefined) return
  if (state.book.get(link.peer) === undefined) {
    const origin = { network: link.network, teller: link.peer }
    state.hear({ peer: link.peer, addresses: [address] }, sourceOf(state, link), origin, nowMs)
  }
  state.book.prove(link.peer, address, nowMs)
}

function sourceOf(state: State, link: Link): Source {
  if (state.bootstraps.isBootstrap(link.peer)) return 'bootstrap'
  return link.dialledAddress === undefined ? 'inbound' : 'manual'
}
