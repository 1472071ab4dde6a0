import { randomBytes, randomInt } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import { toString } from 'uint8arrays/to-string'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * The remote address of an inbound connection. Tor does not say who called, so it is one that says "over Tor" and
 * nothing else: an onion address of no version, which nobody can dial. Another each time: nothing that counts
 * connections of an address may take all of Tor for one host.
 */
export function inboundAddress(): Multiaddr {
  const bytes = randomBytes(35)
  bytes[34] = 0
  return multiaddr(`/onion3/${toString(bytes, 'base32')}:${randomInt(1, 65_536)}`)
}
