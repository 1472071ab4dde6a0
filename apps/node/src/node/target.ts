import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { NodeError } from './errors.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Longest peer id or multiaddr that is looked at, in characters. */
const MAX_LENGTH = 512

/** A peer by its id or by an address. @throws {NodeError} `bad-request` */
export function parseTarget(value: string): PeerId | Multiaddr {
  const what = JSON.stringify(value.length > 120 ? `${value.slice(0, 117)}...` : value)
  if (value.length <= MAX_LENGTH) {
    try {
      if (!value.startsWith('/')) return peerIdFromString(value)
      const address = multiaddr(value)
      if (address.getComponents().length > 0) return address
    } catch {
      // said below
    }
  }
  throw new NodeError(
    'bad-request',
    `${what} is neither a peer id such as 12D3KooW… nor a multiaddr such as /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…`,
  )
}
