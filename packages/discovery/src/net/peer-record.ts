import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { peerIdFromCID } from '@libp2p/peer-id'
import { addressText, addressTexts } from './addresses.ts'
import type { HeardPeer } from '../core/model.ts'

/** What a record that came from elsewhere turned out to be. `unusable`: intact, perhaps, but nothing that we understand. */
export type ParsedRecord = { readonly heard: HeardPeer } | 'forged' | 'unusable'

/**
 * Opens a signed peer record (libp2p RFC 0002, RFC 0003): the envelope's signature must hold, and its key must be
 * that of the peer the record speaks of. Only then do the addresses count as the peer's own word.
 */
export async function parsePeerRecord(
  bytes: Uint8Array,
  limits: { maxRecordBytes: number; maxAddressesPerPeer: number },
): Promise<ParsedRecord> {
  if (bytes.byteLength > limits.maxRecordBytes) return 'unusable'
  let envelope: RecordEnvelope
  try {
    envelope = RecordEnvelope.createFromProtobuf(bytes)
  } catch {
    return 'unusable'
  }
  if (!sameBytes(envelope.payloadType, PeerRecord.CODEC)) return 'unusable'
  try {
    if (!(await envelope.validate(PeerRecord.DOMAIN))) return 'forged'
  } catch {
    return 'forged'
  }
  try {
    const record = PeerRecord.createFromProtobuf(envelope.payload)
    if (!record.peerId.equals(peerIdFromCID(envelope.publicKey.toCID()))) return 'forged'
    const addresses = addressTexts(record.multiaddrs, limits.maxAddressesPerPeer)
    return { heard: { peer: record.peerId.toString(), addresses, seq: record.seqNumber } }
  } catch {
    return 'unusable'
  }
}

/** All addresses in a record from our own peer store, which verified it when it came in; none where it cannot be read. */
export function addressesInOwnRecord(envelope: Uint8Array): string[] {
  try {
    const { multiaddrs } = PeerRecord.createFromProtobuf(RecordEnvelope.createFromProtobuf(envelope).payload)
    return multiaddrs.map(addressText)
  } catch {
    return []
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at])
}
