import type { Offer, OfferState } from '@stoa/offers'

/** An offer as the API and the command line show it. */
export interface ShownOffer {
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
  /** Length of what is offered. */
  bytes: number
  /** What is offered, where it is UTF-8. */
  text?: string
  /** What is offered, where it is not. */
  base64?: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

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
    bytes: body.byteLength,
    ...content(body),
  }
}

function content(body: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: utf8.decode(body) }
  } catch {
    return { base64: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64') }
  }
}
