import type { Stack } from '@stoa/stack'
import type { Observer } from './observer.ts'

/** Of a node in Tor. What became of dials and of inbound connections the transport counts by itself. */
export function observeTor({ gauge, counter }: Observer, tor: NonNullable<Stack['tor']>): void {
  gauge('stoa_tor_up', '1 while Tor is in its network', [], tell => tell(Number(tor.status().state === 'up'), {}))
  gauge('stoa_tor_reachable', '1 while others can find the onion service', [], tell =>
    tell(Number(tor.status().isReachable), {}),
  )
  counter('stoa_tor_restarts_total', 'How often Tor came back', [], tell => tell(tor.status().restarts, {}))
}
