import { OffersError } from './errors.ts'
import { mapWatch } from './net/event-feed.ts'
import type { ListFilter, ListOptions, Page } from './filter.ts'
import type { Market, MarketDefinition, TypedNewOffer, TypedOffer } from './market.ts'
import type { NewOffer, Offer, OwnOffer, PublishOptions, UpdateOptions } from './offer.ts'
import type { OffersService } from './service.ts'
import type { PublishManyOptions, PublishManyProgress } from './transfer.ts'
import type { Watch } from './watch.ts'

type Host = Pick<OffersService, 'publish' | 'update' | 'remove' | 'get' | 'list' | 'watch' | 'publishMany'>

/** Values in place of bodies, in one market. */
export class TypedMarket<T> implements Market<T> {
  readonly name: string
  readonly counters = { undecodable: 0 }
  readonly #definition: MarketDefinition<T>
  readonly #host: Host

  constructor(name: string, definition: MarketDefinition<T>, host: Host) {
    this.name = name
    this.#definition = definition
    this.#host = host
  }

  async publish(value: T, options: PublishOptions = {}): Promise<TypedOffer<T>> {
    const offer = await this.#host.publish(this.name, this.#encode(value), {
      ...options,
      ...this.#contentType(options),
    })
    return { ...offer, value }
  }

  async update(target: OwnOffer, value: T, options: UpdateOptions = {}): Promise<TypedOffer<T>> {
    return { ...(await this.#host.update(target, this.#encode(value), options)), value }
  }

  remove(target: OwnOffer, options: { signal?: AbortSignal } = {}): Promise<void> {
    return this.#host.remove(target, options)
  }

  async get(key: string): Promise<TypedOffer<T> | undefined> {
    const offer = await this.#host.get(key)
    return offer?.market === this.name ? this.#show(offer) : undefined
  }

  async list(options: Omit<ListOptions<TypedOffer<T>>, 'market'> = {}): Promise<Page<TypedOffer<T>>> {
    const shown = new Map<string, TypedOffer<T>>()
    const where = (offer: Offer): boolean => {
      const typed = this.#show(offer)
      if (typed === undefined || options.where?.(typed) === false) return false
      shown.set(typed.key, typed)
      return true
    }
    const { offers, next } = await this.#host.list({ ...options, market: this.name, where })
    return { offers: offers.map(({ key }) => shown.get(key)!), next }
  }

  async *all(
    options: Omit<ListFilter<TypedOffer<T>>, 'market'> & { signal?: AbortSignal } = {},
  ): AsyncGenerator<TypedOffer<T>, undefined> {
    let after: string | undefined
    do {
      const page: Page<TypedOffer<T>> = await this.list({ ...options, after, limit: PAGE })
      yield* page.offers
      after = page.next
    } while (after !== undefined)
    return undefined
  }

  watch(options: { owner?: Offer['owner']; own?: boolean; signal?: AbortSignal } = {}): Watch<TypedOffer<T>> {
    return mapWatch(this.#host.watch({ ...options, market: this.name }), offer => this.#show(offer))
  }

  publishMany(
    items: AsyncIterable<TypedNewOffer<T>> | Iterable<TypedNewOffer<T>>,
    options: PublishManyOptions = {},
  ): Promise<PublishManyProgress> {
    return this.#host.publishMany(this.#encoded(items), options)
  }

  async *#encoded(items: AsyncIterable<TypedNewOffer<T>> | Iterable<TypedNewOffer<T>>): AsyncGenerator<NewOffer> {
    const encode = (value: T): Uint8Array => this.#encode(value)
    for await (const { value, ...rest } of items) {
      yield {
        ...rest,
        ...this.#contentType(rest),
        market: this.name,
        // read where a value that is none is one refused offer, and not the end of all
        get body() {
          return encode(value)
        },
      }
    }
  }

  #contentType({ contentType = this.#definition.codec.contentType }: PublishOptions): { contentType?: string } {
    return contentType === undefined ? {} : { contentType }
  }

  #encode(value: T): Uint8Array {
    try {
      this.#definition.check?.(value)
      return this.#definition.codec.encode(value)
    } catch (error) {
      throw new OffersError('bad-body', `market ${this.name}: ${(error as Error).message}`, { cause: error })
    }
  }

  #show(offer: Offer): TypedOffer<T> | undefined {
    const { codec, check } = this.#definition
    try {
      const value = codec.decode(offer.body)
      return { ...offer, value: check === undefined ? value : check(value) }
    } catch {
      this.counters.undecodable++
      return undefined
    }
  }
}

const PAGE = 250
