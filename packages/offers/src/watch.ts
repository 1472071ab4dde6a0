import type { PeerId } from '@libp2p/interface'
import type { Offer } from './offer.ts'

/** Which offer an event is about, also when nothing else is left of it. */
export interface OfferRef {
  readonly key: string
  readonly market: string
  readonly owner: PeerId
}

/**
 * What happened to an offer that fits the watch.
 * - `added`: not known before · `updated`: a later version · `stale`, `live`: its owner went, or came back
 * - `removed`: by its owner, or dropped for lack of room (`reason`) · `expired`: its time is over
 * - `lagged`: the reader was too slow, and so many events were left out: list again
 */
export type OfferEvent<T extends Offer = Offer> =
  | (OfferRef & { readonly type: 'added' | 'updated' | 'stale' | 'live'; readonly offer: T })
  | (OfferRef & { readonly type: 'removed'; readonly reason: 'by-owner' | 'over-quota' | 'no-room' })
  | (OfferRef & { readonly type: 'expired' })
  | { readonly type: 'lagged'; readonly missed: number }

/** One reader, with a bounded buffer of its own. It holds what happens from the moment it is made. */
export interface Watch<T extends Offer = Offer> extends AsyncIterableIterator<OfferEvent<T>>, AsyncDisposable {}
