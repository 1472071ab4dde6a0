import { NodeClient } from '../client.ts'
import { writeLine } from '../output.ts'
import { pages, writePage } from '../pages.ts'
import { offerRow } from './offer-row.ts'
import type { AskOptions } from '../asker.ts'
import type { ShownOffer } from '../../offers/shown-offer.ts'
import type { MarketCount } from '@stoa/offers'

export interface ListOptions extends AskOptions {
  market?: string
  owner?: string
  own?: boolean
  all?: boolean
}

/** Page by page: what 100,000 offers need at one time is what a page needs. */
export async function list({ data, json, market, owner, own, all }: ListOptions): Promise<void> {
  const query = new URLSearchParams()
  if (market !== undefined) query.set('market', market)
  if (owner !== undefined) query.set('owner', owner)
  if (own) query.set('own', '1')
  if (all) query.set('all', '1')
  const client = await NodeClient.open(data)
  let count = 0
  for await (const offers of pages<'offers', ShownOffer>(client, '/v1/offers', query, 'offers')) {
    const rows = offers.map(offer => offerRow(offer))
    await writePage(json, offers, count === 0 ? [['KEY', 'MARKET', 'STATE', 'OFFER'], ...rows] : rows)
    count += offers.length
  }
  if (count === 0 && !json) await writeLine(all ? 'no offers' : 'no live offers; --all shows stale ones too')
}

export async function markets({ data, json }: AskOptions): Promise<void> {
  const client = await NodeClient.open(data)
  let count = 0
  for await (const found of pages<'markets', MarketCount>(client, '/v1/markets', new URLSearchParams(), 'markets')) {
    const rows = found.map(({ market, live, stale, total }) => [market, ...[live, stale, total].map(String)])
    await writePage(json, found, count === 0 ? [['MARKET', 'LIVE', 'STALE', 'ALL'], ...rows] : rows)
    count += found.length
  }
  if (count === 0 && !json) await writeLine('no offers in any market')
}
