import { usableWhenToldOver } from './address.ts'
import type { Reach } from './address.ts'
import { isProven } from './book.ts'
import { sample } from './choose.ts'
import type { Link } from './link.ts'
import type { BookEntry, Event } from './model.ts'
import type { State } from './state.ts'

/** Asks members for peers: each at once and then ever more rarely while we want more, otherwise one now and then. */
export function planAsks(state: State, nowMs: number): void {
  const { maxConcurrentAsks, askIntervalMs } = state.init.limits
  const members = state.members()
  if (members.length === 0) return
  const idle = members.filter(({ asking }) => !asking)
  const free = maxConcurrentAsks - (members.length - idle.length)
  if (state.hungry()) {
    const due = idle.filter(({ askAtMs }) => askAtMs <= nowMs).toSorted((a, b) => a.askAtMs - b.askAtMs)
    for (const link of due.slice(0, Math.max(0, free))) ask(state, link)
    for (const { askAtMs } of idle) if (askAtMs > nowMs) state.wakeAt(askAtMs)
    return
  }
  if (state.surveyAtMs <= nowMs && free > 0) {
    state.surveyAtMs = nowMs + askIntervalMs
    for (const link of sample(
      idle.filter(({ askAtMs }) => askAtMs <= nowMs),
      1,
      state.init.draw,
    ))
      ask(state, link)
  }
  if (state.surveyAtMs > nowMs) state.wakeAt(state.surveyAtMs)
}

export function onTold(state: State, event: Event & { type: 'told' }, nowMs: number): void {
  const { askMinMs, askMaxMs, maxRecords } = state.init.limits
  const link = state.links.get(event.peer)
  if (link === undefined) return
  link.asking = false
  const fresh = hearAll(state, { ...event, source: 'exchange', teller: event.peer }, maxRecords, nowMs)
  link.askDelayMs = fresh > 0 ? askMinMs : Math.min(Math.max(askMinMs, link.askDelayMs * 2), askMaxMs)
  // whoever passes on forged records, by intent or not, has nothing to tell us
  link.askAtMs = event.forged ? Infinity : nowMs + link.askDelayMs
}

export function onAskFailed(state: State, event: Event & { type: 'ask-failed' }, nowMs: number): void {
  const { askMinMs, askMaxMs, askIntervalMs } = state.init.limits
  const link = state.links.get(event.peer)
  if (link === undefined) return
  link.asking = false
  link.askDelayMs = Math.min(Math.max(askMinMs, link.askDelayMs * 2), askMaxMs)
  const toldToWaitMs = Math.min(event.retryAfterMs ?? 0, askIntervalMs)
  link.askAtMs = nowMs + Math.max(link.askDelayMs, toldToWaitMs)
}

/** Answers with a random sample of members and proven peers that the asker could reach, as often as the asker may ask. */
export function onAsked(state: State, event: Event & { type: 'asked' }, nowMs: number): void {
  const { maxRecords, askIntervalMs } = state.init.limits
  const link = state.links.get(event.peer)
  if (link === undefined || !link.answers.take(nowMs)) {
    const retryAfterMs = link === undefined ? askIntervalMs : link.answers.nextMs(nowMs) - nowMs
    state.emit({ type: 'answer', id: event.id, peers: [], retryAfterMs: Math.max(1, retryAfterMs) })
    return
  }
  const tellable = [...state.book.entries()].filter(entry => isTellable(state, entry, link))
  const count = Math.min(event.count, maxRecords)
  const peers = sample(tellable, count, state.init.draw).map(({ peer }) => peer)
  state.emit({ type: 'answer', id: event.id, peers, retryAfterMs: 0 })
}

/** Peers heard of elsewhere: mDNS, the DHT. At most `max` of one message are looked at. Returns how many told us news. */
export function hearAll(
  state: State,
  event: Pick<Event & { type: 'heard' }, 'peers' | 'source' | 'teller'>,
  max: number,
  nowMs: number,
): number {
  const teller = event.teller === undefined ? undefined : state.links.get(event.teller)
  // multicast does not leave the site: what it says may well be about this machine
  const reach: Reach = event.source === 'mdns' ? 'machine' : (teller?.reach ?? 'anywhere')
  const origin = { network: teller?.network ?? event.source, teller: event.teller ?? event.source }
  let fresh = 0
  for (const heard of event.peers.slice(0, max)) {
    if (heard.peer === state.init.self || state.avoided.has(heard.peer, nowMs)) continue
    const addresses = heard.addresses.filter(address => usableWhenToldOver(reach, address))
    const news = state.hear({ ...heard, addresses }, event.source, origin, nowMs)
    if (news !== 'unchanged') fresh++
  }
  return fresh
}

function ask(state: State, link: Link): void {
  link.asking = true
  state.emit({ type: 'ask', peer: link.peer, count: state.init.limits.recordsPerAsk })
}

function isTellable(state: State, entry: BookEntry, asker: Link): boolean {
  if (entry.peer === asker.peer || entry.seq === 0n) return false
  const standsForIt = isProven(entry) || state.links.get(entry.peer)?.standing === 'member'
  return standsForIt && entry.addresses.some(({ address }) => usableWhenToldOver(asker.reach, address))
}
