import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import type { PeerId } from '@libp2p/interface'

/** @param identity Ed25519 public key, 32 bytes */
export function peerOf(identity: Uint8Array): PeerId {
  return peerIdFromPublicKey(publicKeyFromRaw(identity))
}
