import { reachOf } from './core/address.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * For libp2p's `addresses.announceFilter`: leaves loopback addresses out of our signed peer record as soon as there is
 * any other. A signed record cannot be shortened by those who pass it on, and to them these addresses are worth nothing;
 * whoever is on this machine reaches us at the others too.
 */
export function withoutLoopback(addresses: Multiaddr[]): Multiaddr[] {
  const others = addresses.filter(address => reachOf(address.toString()) !== 'machine')
  return others.length > 0 ? others : addresses
}
