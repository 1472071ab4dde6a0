import type { PeerId } from '@libp2p/interface'
import type { Offer } from './offer.ts'

/** Which offers. What is not given does not matter. */
export interface OfferFilter {
  market?: string
  owner?: PeerId
  /** Only the offers of this node's own identity. */
  own?: boolean
}

export interface ListFilter<T extends Offer = Offer> extends OfferFilter {
  /** Asked about each offer that fits the rest. */
  where?: (offer: T) => boolean
  /** Stale offers too. Default false: live ones. */
  includeStale?: boolean
}

export interface ListOptions<T extends Offer = Offer> extends ListFilter<T> {
  /** Where the page before ended: its `next`. */
  after?: string
  /** Most offers on a page, 1 to 1,000. Default 100. */
  limit?: number
  /** The latest first. An offer that is updated while pages are read can be missed then; in the usual order, the earliest first, it cannot. */
  newestFirst?: boolean
  signal?: AbortSignal
}

export interface Page<T extends Offer = Offer> {
  readonly offers: T[]
  /** Give it as `after` for the next page, which may be empty. Undefined: there is none. */
  readonly next: string | undefined
}

export interface MarketCount {
  readonly market: string
  readonly live: number
  readonly stale: number
  /** `live` and `stale`. */
  readonly total: number
}
