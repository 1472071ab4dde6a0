import { networkOf } from './address.ts'
import { isProven, networkOfEntry } from './book.ts'
import type { Bootstrap } from './bootstrap.ts'
import { choose } from './choose.ts'
import { dialOrder } from './known-addresses.ts'
import { dialsFirst } from './turn.ts'
import type { BookEntry, Event } from './model.ts'
import type { Dial, State } from './state.ts'

/** Dials while peers are missing and dials are allowed; asks to be woken when either may change by itself. */
export function planDials(state: State, nowMs: number): void {
  const { maxConcurrentDials } = state.init.limits
  while (state.dials.size < maxConcurrentDials && missing(state, nowMs) > 0) {
    const next = nextBootstrap(state, nowMs) ?? nextFromBook(state, nowMs)
    if (next === undefined) break
    if (!state.dialBucket.take(nowMs)) {
      state.wakeAt(state.dialBucket.nextMs(nowMs))
      return
    }
    begin(state, next, nowMs)
  }
  if (missing(state, nowMs) > 0) wakeForRetries(state, nowMs)
}

/** A lookup of the DHT wants to reach a peer: within the same bounds, and never with more than half of the dials. */
export function onWanted(state: State, event: Event & { type: 'wanted' }, nowMs: number): void {
  const { maxConcurrentDials, maxLookupPeers } = state.init.limits
  const entry = state.book.get(event.peer)
  if (entry === undefined || !isFree(state, entry.peer, nowMs) || eligibleAtMs(state, entry, nowMs) > nowMs) return
  const lookups = [...state.dials.values()].filter(({ lookup }) => lookup).length
  const linked = [...state.links.values()].filter(({ lookup }) => lookup).length
  if (state.dials.size >= maxConcurrentDials || lookups >= Math.ceil(maxConcurrentDials / 2)) return
  if (lookups + linked >= maxLookupPeers || !state.dialBucket.take(nowMs)) return
  begin(state, { ...dialOf(state, entry), lookup: true }, nowMs)
}

export function onDialled(state: State, event: Event & { type: 'dialled' }, nowMs: number): void {
  const dial = state.dials.get(event.key)
  if (dial === undefined) return
  state.dials.delete(dial.key)
  state.dialCounts[dial.source].succeeded++
  state.bootstraps.learn(dial.key, event.peer)
  const link = state.links.get(event.peer)
  if (link === undefined) {
    // open and gone before we heard of it: for us that is a failure
    retryLater(state, dial, event.peer, nowMs)
  } else if (link.dialledAddress !== undefined) {
    link.ours = true
    link.lookup = dial.lookup
  }
}

export function onDialFailed(state: State, event: Event & { type: 'dial-failed' }, nowMs: number): void {
  const dial = state.dials.get(event.key)
  if (dial === undefined) return
  state.dials.delete(dial.key)
  state.dialCounts[dial.source].failed++
  const ourselves = event.tried.some(({ outcome }) => outcome === 'self')
  if (ourselves) state.bootstraps.foundOurselves(dial.key)
  else state.bootstraps.failed(dial.key, nowMs, state.init.draw())
  if (dial.peer !== undefined && state.bootstraps.get(dial.key) === undefined) {
    state.book.fail(dial.peer, event.tried, nowMs, state.init.draw())
  }
}

function retryLater(state: State, dial: Dial, peer: string, nowMs: number): void {
  if (state.bootstraps.get(dial.key) === undefined) state.book.fail(peer, [], nowMs, state.init.draw())
  else state.bootstraps.failed(dial.key, nowMs, state.init.draw())
}

/** How many more peers we would dial: to the target, and to the few of our own choosing that nobody can take from us. */
function missing(state: State, nowMs: number): number {
  const { targetPeers, minOutboundPeers } = state.init.limits
  const undecided = state.undecided(nowMs)
  // a peer just dialled is both a dial that ends and a connection that begins: count it once
  const dials = [...state.dials.values()].filter(({ peer, lookup }) => !lookup && !state.links.has(peer ?? ''))
  const outbound = undecided.filter(({ dialledAddress }) => dialledAddress !== undefined)
  return Math.max(
    targetPeers - state.members().length - undecided.length - dials.length,
    minOutboundPeers - state.outboundMembers().length - outbound.length - dials.length,
  )
}

function begin(state: State, dial: Dial, nowMs: number): void {
  state.dials.set(dial.key, dial)
  if (dial.peer !== undefined) state.book.tried(dial.peer, nowMs)
  state.emit({ type: 'dial', key: dial.key, peer: dial.peer, addresses: dial.addresses })
}

function nextBootstrap(state: State, nowMs: number): Dial | undefined {
  const entry = state.bootstraps.waiting().find(one => one.retryAtMs <= nowMs && isBootstrapFree(state, one))
  if (entry === undefined) return undefined
  const { key, address, named } = entry
  return { key, peer: named, source: 'bootstrap', addresses: [address], network: networkOf(address), lookup: false }
}

function isBootstrapFree(state: State, entry: Bootstrap): boolean {
  const peer = state.bootstraps.peerOf(entry)
  return !state.dials.has(entry.key) && (peer === undefined || !isBusy(state, peer))
}

function nextFromBook(state: State, nowMs: number): Dial | undefined {
  const { provenShare } = state.init.limits
  const ready = [...state.book.entries()].filter(
    entry => isFree(state, entry.peer, nowMs) && eligibleAtMs(state, entry, nowMs) <= nowMs,
  )
  const candidates = ready.map(entry => ({
    peer: entry.peer,
    proven: isProven(entry),
    network: networkOfEntry(entry),
    entry,
  }))
  const chosen = choose(candidates, occupiedNetworks(state), provenShare, state.init.draw)
  return chosen === undefined ? undefined : dialOf(state, chosen.entry)
}

function dialOf(state: State, entry: BookEntry): Dial {
  const addresses = dialOrder(entry.addresses).slice(0, state.init.limits.maxAddressesPerDial)
  const texts = addresses.map(({ address }) => address)
  const network = networkOfEntry(entry)
  return { key: entry.peer, peer: entry.peer, source: entry.source, addresses: texts, network, lookup: false }
}

function occupiedNetworks(state: State): Map<string, number> {
  const occupied = new Map<string, number>()
  for (const { network } of [...state.members(), ...state.dials.values()]) {
    occupied.set(network, (occupied.get(network) ?? 0) + 1)
  }
  return occupied
}

function isBusy(state: State, peer: string): boolean {
  return state.links.has(peer) || [...state.dials.values()].some(dial => dial.peer === peer)
}

function isFree(state: State, peer: string, nowMs: number): boolean {
  return peer !== state.init.self && !isBusy(state, peer) && !state.avoided.has(peer, nowMs)
}

function eligibleAtMs(state: State, entry: BookEntry, nowMs: number): number {
  // whoever we have just heard of has likely just heard of us
  const turn = dialsFirst(state.init.self, entry.peer) ? 0 : entry.firstHeardMs + state.init.limits.yieldMs
  return Math.max(turn, retryAtMs(state, entry, nowMs))
}

/** Alone, we do not wait out the long delays: it is more likely our own network that was away. */
function retryAtMs(state: State, entry: BookEntry, nowMs: number): number {
  const alone = state.members().length === 0 && state.undecided(nowMs).length === 0
  if (!alone || entry.lastTriedMs === undefined) return entry.retryAtMs
  return Math.min(entry.retryAtMs, entry.lastTriedMs + state.init.limits.isolatedRetryMaxMs)
}

function wakeForRetries(state: State, nowMs: number): void {
  for (const entry of state.bootstraps.waiting()) {
    if (entry.retryAtMs > nowMs && isBootstrapFree(state, entry)) state.wakeAt(entry.retryAtMs)
  }
  for (const entry of state.book.entries()) {
    const atMs = eligibleAtMs(state, entry, nowMs)
    if (atMs > nowMs && isFree(state, entry.peer, nowMs)) state.wakeAt(atMs)
  }
}
