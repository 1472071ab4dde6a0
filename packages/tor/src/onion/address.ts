import { createHash } from 'node:crypto'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import type { Multiaddr } from '@multiformats/multiaddr'

/** rend-spec-v3 §6: PUBKEY (32) | CHECKSUM (2) | VERSION (1), in base32: 56 characters. */
const ADDRESS = /^[a-z2-7]{56}$/
const PORT = /^[1-9]\d{0,4}$/
const PUBLIC_KEY_BYTES = 32
const VERSION = 3

/** The 56 characters before `.onion`. */
export function onionAddress(publicKey: Uint8Array): string {
  return toString(Uint8Array.of(...publicKey, ...checksum(publicKey), VERSION), 'base32')
}

export interface OnionTarget {
  /** The 56 characters before `.onion`. */
  address: string
  port: number
  /** Who is expected there: the text of a peer id. */
  peer?: string
}

/** `/onion3/ADDRESS:PORT`, with or without `/p2p/PEER`, and nothing else, with an address that can exist; else undefined. */
export function onionTarget(multiaddr: Multiaddr): OnionTarget | undefined {
  const [onion, peer, ...more] = multiaddr.getComponents()
  if (onion?.name !== 'onion3' || onion.value === undefined || more.length > 0) return undefined
  if (peer !== undefined && peer.name !== 'p2p') return undefined
  const [address = '', port = '', ...rest] = onion.value.split(':')
  // multiaddr takes 65536 and 80x for ports
  if (!isOnionAddress(address) || !PORT.test(port) || Number(port) > 65_535 || rest.length > 0) return undefined
  return { address, port: Number(port), peer: peer?.value }
}

function isOnionAddress(address: string): boolean {
  if (!ADDRESS.test(address)) return false
  const bytes = fromString(address, 'base32')
  const publicKey = bytes.subarray(0, PUBLIC_KEY_BYTES)
  const [high, low] = checksum(publicKey)
  return bytes[32] === high && bytes[33] === low && bytes[34] === VERSION
}

function checksum(publicKey: Uint8Array): Uint8Array {
  return createHash('sha3-256')
    .update('.onion checksum')
    .update(publicKey)
    .update(Uint8Array.of(VERSION))
    .digest()
    .subarray(0, 2)
}
