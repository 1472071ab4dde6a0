import { SHOWN_ID_LENGTH, stateOf } from './mail/delivery-line.ts'
import { beginning } from './offers/offer-row.ts'
import { printable, printableLines } from './terminal.ts'
import { progressLine } from '../tor/tor-report.ts'
import type { NodeEvent, SyncState, TorEvent } from '../events/event.ts'

export type ShownEvent = NodeEvent | { event: 'gap'; missed: number | null }

/** An event for people. */
export function eventLine(event: ShownEvent, now = new Date()): string {
  const time = now.toTimeString().slice(0, 8)
  return `${time}  ${describe(event)}`
}

function describe(event: ShownEvent): string {
  switch (event.event) {
    case 'peer:connect':
      return `+ ${printable(event.peer)} connected (${event.direction}, ${printable(shownAddress(event))})`
    case 'peer:disconnect':
      return `- ${printable(event.peer)} disconnected`
    case 'addresses':
      return `addresses: ${event.addresses.map(printable).join(' ')}`
    case 'target:reached':
      return `connected to ${event.connected} peers, as many as wanted`
    case 'target:lost':
      return `connected to ${event.connected} peers, looking for ${event.target}`
    case 'direct':
      return `${printable(event.peer)}: ${printableLines(event.text)}`
    case 'broadcast':
      return `#${printable(event.topic)} ${printableLines(event.text)}`
    case 'offer:added':
    case 'offer:updated':
    case 'offer:stale':
    case 'offer:live':
      return `${event.event.slice(6).padEnd(7)}  ${aboutOffer(event)}  ${beginning(event.offer)}`
    case 'offer:removed':
      return `removed  ${aboutOffer(event)}${event.reason === 'by-owner' ? '' : `  (${printable(event.reason)})`}`
    case 'offer:expired':
      return `expired  ${aboutOffer(event)}`
    case 'offer:lagged':
      return `… ${event.missed} events of offers were missed; list shows what is`
    case 'letter':
      return `letter   ${shortId(event)}  from ${printable(event.from)}, ${event.bytes.toLocaleString('en')} bytes`
    case 'cleared':
      return `cleared  ${shortId(event)}  by another node of this identity`
    case 'delivery':
      return `mail     ${shortId(event)}  to ${printable(event.to)}: ${printable(stateOf(event))}`
    case 'sync':
      return synchronized(event)
    case 'read-only':
      return `! the store takes no writes: ${printable(event.reason)}`
    case 'writable':
      return 'the store takes writes again'
    case 'clock':
      return event.isOff ? `! ${clockWarning(event.offsetMs)}` : 'the clock of this machine is right again'
    case 'tor':
      return describeTor(event)
    case 'gap':
      return event.missed === null ? '… some events were missed' : `… ${event.missed} events were missed`
  }
}

function describeTor(event: TorEvent): string {
  switch (event.state) {
    case 'starting':
      return printable(progressLine(event))
    case 'up':
      return 'Tor is in its network'
    case 'reachable':
      return `others can reach this node at ${printable(event.onion)}`
    case 'down':
      return `! Tor is down, and is started again: ${printable(event.reason)}`
  }
}

function shortId({ id }: { id: string }): string {
  return printable(id.slice(0, SHOWN_ID_LENGTH))
}

function aboutOffer({ key, market }: { key: string; market: string }): string {
  return `${printable(key)}  ${printable(market)}`
}

function synchronized({ peer, received, expected, done }: SyncState): string {
  const count = received.toLocaleString('en')
  if (done) return `synchronized with ${printable(peer)}: ${count} new entries`
  return `synchronizing with ${printable(peer)}: ${count} of ${expected.toLocaleString('en')} so far`
}

/** What is wrong with a clock, and what that does. */
export function clockWarning(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1_000).toLocaleString('en')
  return `the clock of this machine is ${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} those of its peers: offers expire at the wrong time`
}

/** Where an inbound connection through Tor comes from is not known: its address is one that nobody has. */
function shownAddress({ direction, address }: { direction: string; address: string }): string {
  return direction === 'inbound' && address.startsWith('/onion3/') ? 'over Tor' : withoutPeer(address)
}

/** The id stands beside it already. */
function withoutPeer(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '')
}
