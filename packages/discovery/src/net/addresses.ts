import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** spec/discovery.md §4: a longer address is ignored, in bytes. */
export const MAX_ADDRESS_BYTES = 256

/** An address as the core keeps it: text, without the trailing `/p2p` of the peer it belongs to (that of a relay stays). */
export function addressText(address: Multiaddr): string {
  const last = address.getComponents().at(-1)
  return last?.code === CODE_P2P ? address.decapsulateCode(CODE_P2P).toString() : address.toString()
}

/** Usable addresses of one peer, each once, in their order. */
export function addressTexts(addresses: readonly Multiaddr[], max: number): string[] {
  const fitting = addresses.filter(({ bytes }) => bytes.byteLength > 0 && bytes.byteLength <= MAX_ADDRESS_BYTES)
  return [...new Set(fitting.map(addressText))].filter(text => text !== '/' && text !== '').slice(0, max)
}

/** The peer that an address names as its own, if any. */
export function namedPeer(address: Multiaddr): string | undefined {
  const last = address.getComponents().at(-1)
  return last?.code === CODE_P2P ? last.value : undefined
}

/** What to hand to libp2p: with the expected identity where one is known, so that anybody else's answer is refused. */
export function dialAddress(address: string, peer: string | undefined): Multiaddr {
  const parsed = multiaddr(address)
  return peer === undefined || namedPeer(parsed) === peer ? parsed : parsed.encapsulate(`/p2p/${peer}`)
}

export function parsePeerId(peer: string): PeerId | undefined {
  try {
    return peerIdFromString(peer)
  } catch {
    return undefined
  }
}
