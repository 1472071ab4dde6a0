import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { createVerifier, recordKey } from '@stoa/record'
import { createReplica, DEFAULTS as REPLICA_DEFAULTS } from '@stoa/replica'
import { TypedEventEmitter } from 'main-event'
import { BulkPublisher } from './bulk.ts'
import { exportOffers, importOffers } from './carry.ts'
import { OFFERS_FAMILY, spaceOf } from './core/market-name.ts'
import { decodeOfferBody } from './core/offer-body.ts'
import { checkMarket, draftOf, keyOf } from './draft.ts'
import { OffersError } from './errors.ts'
import { toHex } from './hex.ts'
import { Lister } from './lister.ts'
import { EventFeed } from './net/event-feed.ts'
import { Follower } from './net/follower.ts'
import { LeaseKeeper } from './net/lease-keeper.ts'
import { LEASES_FAMILY, leaseRules, nameOf, offerRules } from './offer-rules.ts'
import { offerViews } from './offer-view.ts'
import { resolveOptions } from './options.ts'
import { OwnOffers } from './own-offers.ts'
import { beganMs, memoryStore, storeOf } from './own-store.ts'
import { asOffersError } from './replica-errors.ts'
import { TypedMarket } from './typed-market.ts'
import type { AbortOptions, Logger, PrivateKey } from '@libp2p/interface'
import type { Codec } from '@stoa/codec'
import type { RecordEntry, UncheckedRecord } from '@stoa/record'
import type { Clock, LevelStore, Replica, ReplicaChange, ReplicaComponents } from '@stoa/replica'
import type { ListFilter, ListOptions, MarketCount, OfferFilter, Page } from './filter.ts'
import type { Market, MarketDefinition } from './market.ts'
import type { NewOffer, Offer, OwnOffer, PublishOptions, UpdateOptions } from './offer.ts'
import type { OfferViews } from './offer-view.ts'
import type { OffersInit, OffersOptions } from './options.ts'
import type { Draft } from './own-offers.ts'
import type { OffersEvents, OffersService, OffersStatus } from './service.ts'
import type {
  ImportOptions,
  ImportReport,
  PublishManyOptions,
  PublishManyProgress,
  TransferOptions,
} from './transfer.ts'
import type { Watch } from './watch.ts'

/** `broadcast` is the service of that name: give it to libp2p before this one. */
export interface OffersComponents extends ReplicaComponents {
  privateKey: PrivateKey
}

/** A libp2p service: signed offers that every node keeps. Needs `broadcast()`, registered before it under that name. */
export function offers<M extends object = {}>(
  init: OffersInit<M> = {},
): (components: OffersComponents) => OffersService<M> {
  const options = resolveOptions(init)
  return components => new ReplicatedOffers(components, options, init as OffersInit<object>) as OffersService<M>
}

const OWN_PART = 'offers-own'
const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
}

class ReplicatedOffers extends TypedEventEmitter<OffersEvents> implements OffersService {
  readonly [Symbol.toStringTag] = '@stoa/offers'
  readonly [serviceCapabilities]: string[] = ['@stoa/offers']
  readonly [serviceDependencies]: string[] = ['@stoa/broadcast']

  readonly #options: OffersOptions
  readonly #log: Logger
  readonly #definitions: Record<string, MarketDefinition<unknown>>
  readonly #clock: Clock
  readonly #store: LevelStore
  readonly #offers: Replica<RecordEntry>
  readonly #leases: Replica<RecordEntry>
  readonly #feed: EventFeed
  readonly #follower: Follower
  readonly #views: OfferViews
  readonly #lister: Lister
  readonly #own: OwnOffers | undefined
  readonly #keeper: LeaseKeeper | undefined
  #beganMs: number | undefined
  #isStarted = false

  constructor(components: OffersComponents, options: OffersOptions, init: OffersInit<object>) {
    super()
    const { privateKey = components.privateKey } = init
    const log = (this.#log = components.logger.forComponent('stoa:offers'))
    const clock = (this.#clock = init.clock ?? systemClock)
    this.#options = options
    this.#definitions = (init.markets ?? {}) as Record<string, MarketDefinition<unknown>>
    this.#store = storeOf(init.store)
    const ownOwner = privateKey.type === 'Ed25519' ? toHex(privateKey.publicKey.raw) : undefined
    const own = ownOwner === undefined ? undefined : privateKey.publicKey.raw
    const isOwn = ({ record }: RecordEntry): boolean => own?.every((byte, at) => byte === record.owner[at]) === true

    const verifier = createVerifier({ network: options.network })
    const both = { ...init.replica, network: options.network, isOwn, clock }
    const parts = pick(components)
    this.#offers = createReplica<RecordEntry>(
      {
        ...both,
        family: OFFERS_FAMILY,
        rules: offerRules(options, verifier),
        store: this.#store,
        budgetBytes: options.budgetBytes,
        admission: init.admission,
      },
      parts,
    )
    // not kept: what ran before the last stop is over, or comes from peers
    this.#leases = createReplica<RecordEntry>(
      {
        ...both,
        family: LEASES_FAMILY,
        rules: leaseRules(options, verifier),
        store: memoryStore(),
        budgetBytes: options.leaseBudgetBytes,
      },
      parts,
    )

    this.#views = offerViews({ ownOwner, isOnline: owner => this.#follower.isOnline(owner) })
    this.#feed = new EventFeed({
      maxBufferedEvents: options.maxBufferedEvents,
      isOwn: ({ owner }) => owner.publicKey?.equals(privateKey.publicKey) === true,
      hasListeners: () => this.listenerCount('offer') > 0,
      dispatch: event => this.safeDispatchEvent('offer', { detail: event }),
    })
    this.#follower = new Follower({
      offers: this.#offers,
      leases: this.#leases,
      clock,
      feed: this.#feed,
      views: () => this.#views,
      ownOwner,
      onOwnChange: change => this.#onOwnChange(change),
    })
    this.#lister = new Lister({
      replica: this.#offers,
      views: this.#views,
      isOnline: owner => this.#follower.isOnline(owner),
    })
    if (ownOwner !== undefined) {
      const { maxClockSkewMs = REPLICA_DEFAULTS.maxClockSkewMs } = init.replica ?? {}
      const replica = this.#offers
      this.#own = new OwnOffers({ replica, privateKey, options, clock, maxClockSkewMs, beganMs: () => this.#beganMs })
      this.#keeper = new LeaseKeeper({
        replica: this.#leases,
        privateKey,
        options,
        clock,
        log,
        peers: () => components.connectionManager.getConnections().map(({ remotePeer }) => remotePeer),
        isWanted: () => this.#follower.whileOnline.has(ownOwner),
      })
    }
    this.#forward()
  }

  get network(): string {
    return this.#options.network
  }

  get isStarted(): boolean {
    return this.#isStarted
  }

  async start(): Promise<void> {
    if (this.#isStarted) return
    const { identity } = this.#options
    const firstMs = identity === 'new' ? 0 : this.#clock.now()
    this.#beganMs = identity === 'shared' ? undefined : await beganMs(this.#store, OWN_PART, firstMs)
    await Promise.all([this.#offers.start(), this.#leases.start()])
    this.#follower.seed()
    this.#isStarted = true
    this.#keeper?.start()
  }

  /** While the connections are still there: tells peers that this node goes. */
  async beforeStop(): Promise<void> {
    await this.#keeper?.stop()
  }

  async stop(): Promise<void> {
    if (!this.#isStarted) return
    this.#isStarted = false
    await this.#keeper?.stop()
    await Promise.all([this.#offers.stop(), this.#leases.stop()])
    this.#feed.close()
    this.#follower.clear()
  }

  async publish(market: string, body: Uint8Array, { signal, ...options }: PublishOptions = {}): Promise<Offer> {
    return this.#publish(this.#draftOf({ ...options, market, body }), signal)
  }

  async update(target: OwnOffer, body: Uint8Array, { signal, ...options }: UpdateOptions = {}): Promise<Offer> {
    const record = await this.#ownRecord(target)
    if (record?.body === undefined || record.expiresMs <= this.#clock.now()) {
      throw new OffersError('not-found', `no offer ${describe(target)} of this node is up`)
    }
    const { whileOnline, contentType } = decodeOfferBody(record.body)
    const before = { whileOnline, contentType, ttlMs: record.expiresMs - record.createdMs }
    const market = record.space.slice(spaceOf('').length)
    return this.#publish(this.#draftOf({ ...before, ...options, market, name: nameOf(record), body }), signal)
  }

  async remove(target: OwnOffer, { signal }: AbortOptions = {}): Promise<void> {
    const own = this.#ownOffers()
    this.#assertStarted()
    if (typeof target === 'string') {
      await this.#ownRecord(target)
      await own.remove(keyOf(target), undefined, signal)
    } else {
      const { space, name } = own.nameOf({ market: checkMarket(target.market), name: target.name })
      await own.remove(recordKey(own.owner, space, name), target, signal)
    }
  }

  async publishMany(
    offers: AsyncIterable<NewOffer> | Iterable<NewOffer>,
    options: PublishManyOptions = {},
  ): Promise<PublishManyProgress> {
    this.#assertStarted()
    const init = { replica: this.#offers, own: this.#ownOffers(), clock: this.#clock }
    return new BulkPublisher({ ...init, draftOf: offer => this.#draftOf(offer) }, options).run(offers)
  }

  async get(key: string): Promise<Offer | undefined> {
    const bytes = keyOf(key)
    this.#assertStarted()
    const held = await this.#offers.get(bytes).catch(rethrow)
    if (held === undefined || held.meta.isFinal || held.meta.expiresMs <= this.#clock.now()) return undefined
    return this.#views.offerOf(held.entry.record)
  }

  async list(options: ListOptions = {}): Promise<Page> {
    this.#assertStarted()
    return this.#lister.list(options)
  }

  all(filter: ListFilter & AbortOptions = {}): AsyncIterableIterator<Offer, undefined> {
    return this.#lister.all(filter)
  }

  markets(): MarketCount[] {
    this.#assertStarted()
    return this.#follower.markets()
  }

  watch({ signal, ...filter }: OfferFilter & AbortOptions = {}): Watch {
    if (filter.market !== undefined) checkMarket(filter.market)
    return this.#feed.watch(filter, signal)
  }

  market<T>(name: string, codec?: Codec<T>, options: Omit<MarketDefinition<T>, 'codec'> = {}): Market<T> {
    const definition =
      codec === undefined ? (this.#definitions[name] as MarketDefinition<T> | undefined) : { ...options, codec }
    if (definition === undefined) {
      throw new OffersError('bad-market', `offers() was given no definition of market ${name}: pass its codec`)
    }
    return new TypedMarket(checkMarket(name), definition, this)
  }

  exportOffers(filter: { market?: string } & TransferOptions = {}): AsyncIterableIterator<Uint8Array, undefined> {
    this.#assertStarted()
    return exportOffers(this.#carry(), filter)
  }

  importFrom(
    file: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    return importOffers(this.#carry(), file, options)
  }

  status(): OffersStatus {
    return {
      offers: this.#offers.status(),
      leases: this.#leases.status(),
      ownersOnline: this.#follower.presence.size,
      leaseUntilMs: this.#keeper?.untilMs,
    }
  }

  async #publish(draft: Draft, signal: AbortSignal | undefined): Promise<Offer> {
    const own = this.#ownOffers()
    this.#assertStarted()
    // first, or others would see it stale
    if (draft.body.whileOnline) await this.#beOnline()
    return this.#views.offerOf(await own.publish(draft, signal))
  }

  async #beOnline(): Promise<void> {
    this.#assertStarted()
    await this.#keeper?.ensure().catch(rethrow)
  }

  #assertStarted(): void {
    if (!this.#isStarted) throw new OffersError('not-started', 'offers() is not started, or was stopped')
  }

  #draftOf(offer: NewOffer): Draft {
    const draft = draftOf(offer, this.#options)
    const definition = this.#definitions[offer.market]
    if (definition === undefined) return draft
    try {
      const value = definition.codec.decode(draft.body.body)
      definition.check?.(value)
      return draft
    } catch (error) {
      throw new OffersError('bad-body', `market ${offer.market}: ${(error as Error).message}`, { cause: error })
    }
  }

  /** @throws {OffersError} `not-own` */
  async #ownRecord(target: OwnOffer): Promise<UncheckedRecord | undefined> {
    const own = this.#ownOffers()
    const key =
      typeof target === 'string'
        ? keyOf(target)
        : recordKey(own.owner, spaceOf(checkMarket(target.market)), own.nameOf(target).name)
    this.#assertStarted()
    const record = (await this.#offers.get(key).catch(rethrow))?.entry.record
    if (record !== undefined && toHex(record.owner) !== toHex(own.owner)) {
      throw new OffersError('not-own', `offer ${describe(target)} is another’s`)
    }
    return record
  }

  #ownOffers(): OwnOffers {
    if (this.#own === undefined) {
      throw new OffersError('unsupported-key', 'offers are signed with Ed25519 keys, this node has another kind')
    }
    return this.#own
  }

  #onOwnChange(change: ReplicaChange<RecordEntry>): void {
    if (!this.#isStarted) return
    this.#keeper?.wake()
    if (change.type !== 'put' || change.previous === undefined || change.meta.group.startsWith(LEASES_FAMILY)) return
    const { meta, previous } = change
    // another device of this identity did not know how long this key has to be held
    if (previous.holdsMs <= meta.holdsMs) return
    this.#own?.holdUntil(meta, previous.holdsMs).catch((error: unknown) => {
      this.#log.error('an offer could not be held as long as what it replaced: %e', error)
    })
  }

  #carry(): { replica: Replica<RecordEntry>; network: string; clock: Clock } {
    return { replica: this.#offers, network: this.#options.network, clock: this.#clock }
  }

  #forward(): void {
    this.#offers.addEventListener('sync', ({ detail }) => this.safeDispatchEvent('sync', { detail }))
    this.#offers.addEventListener('read-only', ({ detail }) => this.safeDispatchEvent('read-only', { detail }))
    this.#offers.addEventListener('writable', () => this.safeDispatchEvent('writable'))
    this.#offers.addEventListener('clock', ({ detail }) => this.safeDispatchEvent('clock', { detail }))
  }
}

function rethrow(error: unknown): never {
  throw asOffersError(error)
}

function describe(target: OwnOffer): string {
  return typeof target === 'string' ? target : `${JSON.stringify(target.name)} in ${target.market}`
}

/** libp2p's components are a proxy that cannot be spread. */
function pick(components: OffersComponents): ReplicaComponents {
  const { peerId, registrar, connectionManager, broadcast, logger, metrics } = components
  return { peerId, registrar, connectionManager, broadcast, logger, metrics }
}
