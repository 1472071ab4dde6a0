import { groupOf, ownerOf } from '@stoa/record'
import { readGroup, spaceOf } from './core/market-name.ts'
import { checkMarket } from './draft.ts'
import { OffersError, throwIfAborted } from './errors.ts'
import { fromHex, toHex } from './hex.ts'
import { MARK_WHILE_ONLINE } from './offer-rules.ts'
import { checkCount } from './options.ts'
import { asOffersError } from './replica-errors.ts'
import type { RecordEntry } from '@stoa/record'
import type { Cursor, EntryMeta, Held, Replica, ScanQuery } from '@stoa/replica'
import type { ListFilter, ListOptions, OfferFilter, Page } from './filter.ts'
import type { Offer } from './offer.ts'
import type { OfferViews } from './offer-view.ts'

export interface ListerInit {
  replica: Pick<Replica<RecordEntry>, 'scan' | 'read'>
  views: OfferViews
  isOnline: (owner: string) => boolean
}

const MAX_PAGE = 1_000
const DEFAULT_PAGE = 100
/** Most entries read at one time. */
const READ_AHEAD = 256

/** Reads offers in pages, in the order of their creation: at no time more than a page is in memory. */
export class Lister {
  readonly #init: ListerInit

  constructor(init: ListerInit) {
    this.#init = init
  }

  /** @throws {OffersError} `bad-option`, `bad-market`, `aborted` */
  async list(options: ListOptions): Promise<Page> {
    const limit = checkCount('limit', options.limit ?? DEFAULT_PAGE, MAX_PAGE)
    const { signal, where, newestFirst: reverse } = options
    const group = groupsOf(options)
    let after = options.after === undefined ? undefined : readCursor(options.after)
    const offers: Offer[] = []
    for (;;) {
      throwIfAborted(signal)
      const { metas, held, next } = await this.#page(
        { group, live: true, own: options.own, after, reverse, limit: ahead(limit - offers.length, where) },
        options,
      )
      for (const [index, meta] of metas.entries()) {
        const entry = held[index]
        // replaced, removed or expired since the page was made
        if (entry === undefined || entry.meta.isFinal || entry.entry.record.body === undefined) continue
        const offer = this.#init.views.offerOf(entry.entry.record)
        if (offer.state === 'stale' && options.includeStale !== true) continue
        if (where !== undefined && !where(offer)) continue
        offers.push(offer)
        if (offers.length < limit) continue
        const isLast = index === metas.length - 1
        return { offers, next: isLast ? next && writeCursor(next) : writeCursor(meta) }
      }
      after = next
      if (after === undefined) return { offers, next: undefined }
    }
  }

  async *all(filter: ListFilter & { signal?: AbortSignal }): AsyncGenerator<Offer, undefined> {
    let after: string | undefined
    do {
      const page = await this.list({ ...filter, after, limit: MAX_PAGE / 4 })
      yield* page.offers
      after = page.next
    } while (after !== undefined)
    return undefined
  }

  async #page(
    query: ScanQuery,
    { includeStale }: ListOptions,
  ): Promise<{ metas: EntryMeta[]; held: Array<Held<RecordEntry> | undefined>; next: Cursor | undefined }> {
    const { replica } = this.#init
    try {
      const page = replica.scan(query)
      const metas = page.metas.filter(meta => includeStale === true || !this.#isStale(meta))
      return { metas, held: await replica.read(metas), next: page.next }
    } catch (error) {
      throw asOffersError(error)
    }
  }

  #isStale({ mark, group }: EntryMeta): boolean {
    return mark === MARK_WHILE_ONLINE && !this.#init.isOnline(readGroup(group).owner)
  }
}

/** Which groups of entries a filter is about; undefined: all. */
export function groupsOf({ market, owner }: OfferFilter): ((group: string) => boolean) | undefined {
  if (market !== undefined) checkMarket(market)
  const ownerHex = owner === undefined ? undefined : ownerHexOf(owner)
  if (market !== undefined && ownerHex !== undefined) {
    const only = groupOf(spaceOf(market), ownerHex)
    return group => group === only
  }
  if (market !== undefined) {
    const space = groupOf(spaceOf(market), '')
    return group => group.startsWith(space)
  }
  return ownerHex === undefined ? undefined : group => group.endsWith(ownerHex)
}

/** How many entries to read for so many offers that are still wanted: all of them fit, unless somebody is asked. */
function ahead(wanted: number, where: ListOptions['where']): number {
  return where === undefined ? Math.min(wanted, READ_AHEAD) : READ_AHEAD
}

function ownerHexOf(owner: NonNullable<OfferFilter['owner']>): string {
  // an owner with another kind of key has no offers, which is no error
  return owner.type === 'Ed25519' ? toHex(ownerOf(owner)) : 'none'
}

function writeCursor({ createdMs, itemId }: Cursor): string {
  return `${createdMs.toString(36)}.${toHex(itemId)}`
}

/** @throws {OffersError} `bad-option` */
function readCursor(after: string): Cursor {
  const [created = '', id = ''] = after.split('.')
  const createdMs = Number.parseInt(created, 36)
  const itemId = fromHex(id, 32)
  if (itemId === undefined || !Number.isSafeInteger(createdMs) || createdMs < 0) {
    throw new OffersError('bad-option', `after is ${JSON.stringify(after.slice(0, 100))}, it takes the next of a page`)
  }
  return { createdMs, itemId }
}
