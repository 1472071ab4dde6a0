import type { PeerId } from '@libp2p/interface'

/** `live`: its owner stands by it. `stale`: it was published `whileOnline`, and its owner's lease is over; kept, and live again when they return. */
export type OfferState = 'live' | 'stale'

/** One offer, as its owner signed it. spec/offers.md. */
export interface Offer {
  /** What it is a version of: 64 hexadecimal digits, made from owner, market and name. */
  readonly key: string
  readonly market: string
  /** The owner's own name for it. */
  readonly name: string
  /** Proven by the signature. */
  readonly owner: PeerId
  /** It is this node's own identity's. */
  readonly isOwn: boolean
  /** The owner's version of it: higher replaces lower. */
  readonly seq: number
  /** By the owner's clock, in ms since 1970. */
  readonly createdMs: number
  /** From then on it is no offer any more. In ms since 1970. */
  readonly expiresMs: number
  /** Media type of `body`, as the owner has it; empty when they did not say. */
  readonly contentType: string
  readonly body: Uint8Array
  /** It is meant only while its owner's node is up. */
  readonly whileOnline: boolean
  readonly state: OfferState
}

/** One of this node's own offers: by its key, or by what the key is made of. */
export type OwnOffer = string | { readonly market: string; readonly name: string }

export interface PublishOptions {
  /** Whoever publishes the same name in the same market again replaces the offer. 1 to 64 bytes. Default: a random one. */
  name?: string
  /** How long it is valid, in ms. Default `defaultTtlMs`, at most `maxTtlMs`. */
  ttlMs?: number
  /** Live only while this node is up. Default false. */
  whileOnline?: boolean
  /** Media type of the body, at most 100 bytes. Default: that of the market's codec, or none. */
  contentType?: string
  signal?: AbortSignal
}

/** What is not given stays as it was; `ttlMs` counts from now. */
export type UpdateOptions = Omit<PublishOptions, 'name'>

/** One of many: `publishMany`. */
export interface NewOffer extends Omit<PublishOptions, 'signal'> {
  market: string
  body: Uint8Array
}
