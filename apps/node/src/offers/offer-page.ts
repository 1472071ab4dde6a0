import { showOffer } from './shown-offer.ts'
import type { ListOptions, MarketCount, Offer, OffersService } from '@stoa/offers'
import type { ShownOffer } from './shown-offer.ts'

/** What is offered on one page, in bytes: 500 of the longest would be 8 MB, and twice as much as JSON. */
const MAX_PAGE_BYTES = 1_048_576

/** A page of offers with a bounded size. */
export async function offerPage(
  offers: Pick<OffersService, 'list'>,
  options: ListOptions,
): Promise<{ offers: ShownOffer[]; next: string | null }> {
  const page = await offers.list(options)
  const limit = fitting(page.offers)
  const cut = limit < page.offers.length ? await offers.list({ ...options, limit }) : page
  return { offers: cut.offers.map(showOffer), next: cut.next ?? null }
}

/** How many of them fit, at least one. */
function fitting(offers: readonly Offer[]): number {
  let bytes = 0
  const over = offers.findIndex(({ body }) => (bytes += body.byteLength) > MAX_PAGE_BYTES)
  return over === -1 ? offers.length : Math.max(1, over)
}

/** A page of what `markets()` gives, which is ordered by name. */
export function marketPage(
  markets: readonly MarketCount[],
  { after, limit }: { after: string | undefined; limit: number },
): { markets: MarketCount[]; next: string | null } {
  const rest = after === undefined ? markets : markets.filter(({ market }) => market > after)
  const page = rest.slice(0, limit)
  return { markets: page, next: rest.length > limit ? page.at(-1)!.market : null }
}
