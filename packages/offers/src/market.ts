import type { Codec } from '@stoa/codec'
import type { ListFilter, ListOptions, Page } from './filter.ts'
import type { NewOffer, Offer, OwnOffer, PublishOptions, UpdateOptions } from './offer.ts'
import type { PublishManyOptions, PublishManyProgress } from './transfer.ts'
import type { Watch } from './watch.ts'

/** What the bodies of a market are. */
export interface MarketDefinition<T> {
  readonly codec: Codec<T>
  /** Looks at a decoded value: throws when it is none, and returns what the application gets. A zod schema's `.parse` fits. */
  readonly check?: (value: T) => T
}

/** The values of a market's definition. */
export type ValueOfMarket<D> = D extends MarketDefinition<infer T> ? T : never

export interface TypedOffer<T> extends Offer {
  readonly value: T
}

type InMarket<F> = Omit<F, 'market'>

/**
 * One market, whose bodies are values of `T`. What does not decode, or fails the check, is kept and passed on like any offer, but not
 * shown here: `undecodable` counts it each time it is met.
 */
export interface Market<T> {
  readonly name: string
  readonly counters: { readonly undecodable: number }
  publish(value: T, options?: PublishOptions): Promise<TypedOffer<T>>
  update(offer: OwnOffer, value: T, options?: UpdateOptions): Promise<TypedOffer<T>>
  remove(offer: OwnOffer, options?: { signal?: AbortSignal }): Promise<void>
  /** Undefined also when it is of another market, or does not decode. */
  get(key: string): Promise<TypedOffer<T> | undefined>
  list(options?: InMarket<ListOptions<TypedOffer<T>>>): Promise<Page<TypedOffer<T>>>
  all(
    options?: InMarket<ListFilter<TypedOffer<T>>> & { signal?: AbortSignal },
  ): AsyncIterableIterator<TypedOffer<T>, undefined>
  watch(options?: { owner?: Offer['owner']; own?: boolean; signal?: AbortSignal }): Watch<TypedOffer<T>>
  publishMany(
    items: AsyncIterable<TypedNewOffer<T>> | Iterable<TypedNewOffer<T>>,
    options?: PublishManyOptions,
  ): Promise<PublishManyProgress>
}

export type TypedNewOffer<T> = Omit<NewOffer, 'market' | 'body'> & { value: T }
