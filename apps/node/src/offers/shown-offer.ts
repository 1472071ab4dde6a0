import { showBody } from '../shown-body.ts'
import type { Offer, OfferState } from '@stoa/offers'
import type { ShownBody } from '../shown-body.ts'

/** An offer as the API and the command line show it. */
export interface ShownOffer extends ShownBody {
  /** 64 hexadecimal digits. */
  key: string
  market: string
  name: string
  /** Peer id, proven by the signature. */
  owner: string
  /** It is this node's own. */
  isOwn: boolean
  seq: number
  /** By the owner's clock, in ms since 1970. */
  createdMs: number
  expiresMs: number
  state: OfferState
  whileOnline: boolean
  contentType: string
}

export function showOffer({ body, owner, ...offer }: Offer): ShownOffer {
  const { key, market, name, isOwn, seq, createdMs, expiresMs, state, whileOnline, contentType } = offer
  return {
    key,
    market,
    name,
    owner: String(owner),
    isOwn,
    seq,
    createdMs,
    expiresMs,
    state,
    whileOnline,
    contentType,
    ...showBody(body),
  }
}
