import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { RecordError } from './errors.ts'
import type { PeerId } from '@libp2p/interface'

/**
 * The public key that a peer's records are owned by, 32 bytes.
 * @throws {RecordError} `unsupported-key`: only Ed25519 keys own records
 */
export function ownerOf(peerId: PeerId): Uint8Array {
  if (peerId.type === 'Ed25519') return peerId.publicKey.raw
  throw new RecordError('unsupported-key', `peer ${String(peerId)} has no Ed25519 key, and owns no records`)
}

/** @throws {RecordError} `unsupported-key` when it is not 32 bytes. */
export function peerIdOf(owner: Uint8Array): PeerId {
  if (owner.byteLength !== 32) {
    throw new RecordError('unsupported-key', `owner is ${owner.byteLength} bytes, an Ed25519 key has 32`)
  }
  return peerIdFromPublicKey(publicKeyFromRaw(owner))
}
