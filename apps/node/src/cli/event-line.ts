import { printable, printableLines } from './terminal.ts'
import type { NodeEvent } from '../events/event.ts'

export type ShownEvent = NodeEvent | { event: 'gap'; missed: number | null }

/** An event for people. */
export function eventLine(event: ShownEvent, now = new Date()): string {
  const time = now.toTimeString().slice(0, 8)
  return `${time}  ${describe(event)}`
}

function describe(event: ShownEvent): string {
  switch (event.event) {
    case 'peer:connect':
      return `+ ${printable(event.peer)} connected (${event.direction}, ${printable(withoutPeer(event.address))})`
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
    case 'gap':
      return event.missed === null ? '… some events were missed' : `… ${event.missed} events were missed`
  }
}

/** The id stands beside it already. */
function withoutPeer(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '')
}
