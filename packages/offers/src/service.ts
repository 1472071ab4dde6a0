import type { AbortOptions, Startable, TypedEventTarget } from '@libp2p/interface'
import type { ReplicaStatus, SyncProgress } from '@stoa/replica'
import type { Codec } from '@stoa/codec'
import type { ListFilter, ListOptions, MarketCount, OfferFilter, Page } from './filter.ts'
import type { Market, MarketDefinition, ValueOfMarket } from './market.ts'
import type { NewOffer, Offer, OwnOffer, PublishOptions, UpdateOptions } from './offer.ts'
import type {
  ImportOptions,
  ImportReport,
  PublishManyOptions,
  PublishManyProgress,
  TransferOptions,
} from './transfer.ts'
import type { OfferEvent, Watch } from './watch.ts'

export interface OffersEvents {
  /** Everything that happens to offers. Bodies are read for it only while somebody listens. `lagged` as in a watch. */
  offer: CustomEvent<OfferEvent>
  /** How far the set of offers is with a peer. */
  sync: CustomEvent<SyncProgress>
  /** The store takes no writes any more; what is there is still served. */
  'read-only': CustomEvent<{ readonly reason: string }>
  writable: CustomEvent<void>
  /** This node's clock differs from its peers' by more than the allowed skew, or no longer does. */
  clock: CustomEvent<{ readonly offsetMs: number; readonly isOff: boolean }>
}

export interface OffersStatus {
  readonly offers: ReplicaStatus
  readonly leases: ReplicaStatus
  /** Owners whose lease runs. */
  readonly ownersOnline: number
  /** Until when this node says that it is online. Undefined: it does not, having no offers `whileOnline`. */
  readonly leaseUntilMs: number | undefined
}

/** Signed offers that every node keeps: spec/offers.md. */
export interface OffersService<M extends object = {}> extends Startable, TypedEventTarget<OffersEvents> {
  readonly network: string
  /**
   * Puts up an offer, or replaces one's own of the same name. Resolves when it is stored; peers get it from then on.
   * @throws {OffersError} `bad-market`, `bad-name`, `bad-option`, `too-large`, `bad-body`, `over-quota`, `no-room`, `superseded`, `clock`,
   * `read-only`, `not-started`, `aborted`
   */
  publish(market: string, body: Uint8Array, options?: PublishOptions): Promise<Offer>
  /** Replaces an offer of one's own that is still up. @throws {OffersError} as `publish`, and `not-found`, `not-own` */
  update(offer: OwnOffer, body: Uint8Array, options?: UpdateOptions): Promise<Offer>
  /**
   * Takes an own offer down, everywhere. By market and name it works also for one that this node does not know (any more).
   * @throws {OffersError} `not-found`, `not-own`, `read-only`, `not-started`, `aborted`
   */
  remove(offer: OwnOffer, options?: AbortOptions): Promise<void>
  /** Publishes many: in bulk, each refused one reported and skipped. An own offer that is there with the same body is left as it is, so it can be run again. */
  publishMany(
    offers: AsyncIterable<NewOffer> | Iterable<NewOffer>,
    options?: PublishManyOptions,
  ): Promise<PublishManyProgress>
  /** Undefined when it is not known, removed or expired. */
  get(key: string): Promise<Offer | undefined>
  /** One page, the earliest created first. @throws {OffersError} `bad-option`, `bad-market`, `aborted` */
  list(options?: ListOptions): Promise<Page>
  /** All of them, read page by page. */
  all(filter?: ListFilter & AbortOptions): AsyncIterableIterator<Offer, undefined>
  /** The markets that have offers now, by name. */
  markets(): MarketCount[]
  /** What happens from now on. */
  watch(filter?: OfferFilter & AbortOptions): Watch
  /** A market whose bodies are values. */
  market<N extends keyof M & string>(name: N): Market<ValueOfMarket<M[N]>>
  market<T>(name: string, codec: Codec<T>, options?: Omit<MarketDefinition<T>, 'codec'>): Market<T>
  /** A file of all that is held, or of one market, removals too: spec/offers.md §7. */
  exportOffers(filter?: { market?: string } & TransferOptions): AsyncIterableIterator<Uint8Array, undefined>
  /**
   * Takes a file of offers. Each entry is checked as if a peer had sent it.
   * @throws {OffersError} `bad-file`, `read-only`, `not-started`, `aborted`
   */
  importFrom(file: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: ImportOptions): Promise<ImportReport>
  status(): OffersStatus
}
