import { recordKey } from '@stoa/record'
import { throwIfAborted } from './errors.ts'
import { toHex } from './hex.ts'
import { decodeOfferBody } from './core/offer-body.ts'
import { asOffersError } from './replica-errors.ts'
import type { RecordEntry, UncheckedRecord, VerifiedRecord } from '@stoa/record'
import type { Clock, Replica } from '@stoa/replica'
import type { OfferBody } from './core/offer-body.ts'
import type { NewOffer } from './offer.ts'
import type { Draft, OwnOffers } from './own-offers.ts'
import type { PublishManyOptions, PublishManyProgress } from './transfer.ts'

export interface BulkInit {
  replica: Replica<RecordEntry>
  own: OwnOffers
  clock: Clock
  draftOf: (offer: NewOffer) => Draft
}

/** Signed at one time: signing is off the main thread where the platform can. */
const BATCH = 64
/** Versions of this call that may not be stored yet: more than a replica takes at one time. */
const MAX_RECENT = 8_192

/** One call of `publishMany`. */
export class BulkPublisher {
  readonly #init: BulkInit
  readonly #options: PublishManyOptions
  /** The last versions that this call made: the same name may come twice before the first is stored. */
  readonly #recent = new Map<string, UncheckedRecord>()
  /** What the quota of each market counts, with what this call adds. */
  readonly #counts = new Map<string, number>()
  /** Places in the input of what was handed to the replica. */
  readonly #places: number[] = []
  #read = 0
  #unchanged = 0
  #refused = 0
  #published = 0
  #refusedLater = 0
  #replaced = 0

  constructor(init: BulkInit, options: PublishManyOptions) {
    this.#init = init
    this.#options = options
  }

  get progress(): PublishManyProgress {
    return {
      read: this.#read,
      published: this.#published + this.#replaced,
      unchanged: this.#unchanged,
      refused: this.#refused + this.#refusedLater - this.#replaced,
    }
  }

  /** @throws {OffersError} */
  async run(offers: AsyncIterable<NewOffer> | Iterable<NewOffer>): Promise<PublishManyProgress> {
    const { signal, onProgress } = this.#options
    throwIfAborted(signal)
    try {
      await this.#init.replica.publishMany(this.#records(offers), {
        signal,
        onProgress: ({ published, refused }) => {
          this.#published = published
          this.#refusedLater = refused
          onProgress?.(this.progress)
        },
        onRefused: (index, error) => {
          const refusal = asOffersError(error)
          // two of one name at once: the first was replaced before it was stored
          if (refusal.code === 'superseded') this.#replaced++
          else this.#options.onRefused?.(this.#places[index] ?? 0, refusal)
        },
      })
    } catch (error) {
      throw asOffersError(error)
    }
    onProgress?.(this.progress)
    return this.progress
  }

  async *#records(offers: AsyncIterable<NewOffer> | Iterable<NewOffer>): AsyncGenerator<Uint8Array> {
    let batch: NewOffer[] = []
    for await (const offer of offers) {
      batch.push(offer)
      if (batch.length < BATCH) continue
      yield* this.#signed(batch)
      batch = []
    }
    yield* this.#signed(batch)
  }

  async *#signed(batch: readonly NewOffer[]): AsyncGenerator<Uint8Array> {
    const signing: Array<Promise<VerifiedRecord | undefined>> = []
    const inBatch = new Set<string>()
    for (const offer of batch) {
      const place = this.#read + signing.length
      const key = this.#keyOf(offer)
      // the second of one name in a batch has to know the version of the first
      if (key !== undefined && inBatch.has(key)) await Promise.allSettled(signing)
      if (key !== undefined) inBatch.add(key)
      signing.push(this.#sign(offer, place))
    }
    for (const [index, record] of (await Promise.all(signing)).entries()) {
      if (record === undefined) continue
      this.#places.push(this.#read + index)
      yield record.bytes
    }
    this.#read += batch.length
    this.#options.onProgress?.(this.progress)
  }

  /** Undefined when there is nothing to publish. */
  async #sign(offer: NewOffer, place: number): Promise<VerifiedRecord | undefined> {
    try {
      const { own, clock } = this.#init
      const draft = this.#init.draftOf(offer)
      const { space, name, isNewName } = own.nameOf(draft)
      const key = recordKey(own.owner, space, name)
      const known = isNewName ? undefined : await this.#known(key)
      if (known !== undefined && known.expiresMs > clock.now() && isSame(known, draft.body)) {
        this.#unchanged++
        return undefined
      }
      if (known === undefined) this.#count(draft.market)
      const record = await own.sign(draft, name, known, isNewName)
      if (!isNewName) this.#remember(toHex(key), record)
      return record
    } catch (error) {
      const refusal = asOffersError(error)
      // not about this one
      if (refusal.code === 'not-started' || refusal.code === 'unsupported-key') throw refusal
      this.#refused++
      this.#options.onRefused?.(place, refusal)
      return undefined
    }
  }

  #keyOf({ market, name }: NewOffer): string | undefined {
    return name === undefined ? undefined : `${market} ${name}`
  }

  async #known(key: Uint8Array): Promise<UncheckedRecord | undefined> {
    return this.#recent.get(toHex(key)) ?? (await this.#init.replica.get(key))?.entry.record
  }

  #remember(key: string, record: UncheckedRecord): void {
    this.#recent.delete(key)
    this.#recent.set(key, record)
    const [oldest] = this.#recent.keys()
    if (this.#recent.size > MAX_RECENT && oldest !== undefined) this.#recent.delete(oldest)
  }

  /** @throws {OffersError} `over-quota` */
  #count(market: string): void {
    const count = this.#counts.get(market) ?? this.#init.own.countIn(market)
    this.#init.own.assertQuota(market, count)
    this.#counts.set(market, count + 1)
  }
}

function isSame(known: UncheckedRecord, body: OfferBody): boolean {
  if (known.body === undefined) return false
  const held = decodeOfferBody(known.body)
  return (
    held.whileOnline === body.whileOnline &&
    held.contentType === body.contentType &&
    held.body.byteLength === body.body.byteLength &&
    held.body.every((byte, index) => byte === body.body[index])
  )
}
