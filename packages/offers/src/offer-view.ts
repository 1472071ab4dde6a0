import { peerIdOf } from '@stoa/record'
import { decodeOfferBody } from './core/offer-body.ts'
import { marketOfSpace } from './core/market-name.ts'
import { fromHex, toHex } from './hex.ts'
import { nameOf } from './offer-rules.ts'
import type { PeerId } from '@libp2p/interface'
import type { UncheckedRecord } from '@stoa/record'
import type { Offer, OfferState } from './offer.ts'

/** Owners whose peer ids are kept: making one hashes and allocates. */
const MAX_OWNERS = 4_096

export interface OfferViews {
  /** Of a record that passed the rules of offers, and is no removal. */
  offerOf(record: UncheckedRecord): Offer
  peerOf(owner: string): PeerId
}

export interface OfferViewsInit {
  /** In hexadecimal; undefined when this node can own nothing. */
  ownOwner: string | undefined
  isOnline: (owner: string) => boolean
}

export function offerViews({ ownOwner, isOnline }: OfferViewsInit): OfferViews {
  const peers = new Map<string, PeerId>()

  function peerOf(owner: string): PeerId {
    let peer = peers.get(owner)
    if (peer !== undefined) return peer
    peer = peerIdOf(fromHex(owner, 32) ?? new Uint8Array(0))
    if (peers.size >= MAX_OWNERS) peers.clear()
    peers.set(owner, peer)
    return peer
  }

  return {
    peerOf,
    offerOf(record) {
      const owner = toHex(record.owner)
      const { whileOnline, contentType, body } = decodeOfferBody(record.body ?? new Uint8Array(0))
      const state: OfferState = whileOnline && !isOnline(owner) ? 'stale' : 'live'
      return {
        key: toHex(record.key),
        market: marketOfSpace(record.space) ?? '',
        name: nameOf(record),
        owner: peerOf(owner),
        isOwn: owner === ownOwner,
        seq: record.seq,
        createdMs: record.createdMs,
        expiresMs: record.expiresMs,
        contentType,
        body: body.slice(),
        whileOnline,
        state,
      }
    },
  }
}
