import { isOnion } from './core/address-rule.ts'
import { addressText } from './net/addresses.ts'
import { addressesInOwnRecord } from './net/peer-record.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Whether an address is that of one of Tor's onion services (version 3), with or without `/p2p/…` at its end, and nothing else. */
export function isOnionAddress(address: Multiaddr): boolean {
  return isOnion(addressText(address))
}

/** Whether a signed peer record holds addresses of onion services alone. */
export function isOnionRecord(envelope: Uint8Array): boolean {
  const addresses = addressesInOwnRecord(envelope)
  return addresses.length > 0 && addresses.every(isOnion)
}
