import { ReadableStream } from 'node:stream/web'
import { NodeError, publicError } from '../node/errors.ts'
import { parsePeerId } from '../node/peer-id.ts'
import { marketPage, offerPage } from '../offers/offer-page.ts'
import { showOffer } from '../offers/shown-offer.ts'
import { shownBytes } from '../shown-body.ts'
import { piecesOf } from './body-pieces.ts'
import * as routes from './offers-routes.ts'
import { MAX_MARKETS_PER_PAGE } from './offers-schemas.ts'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { NewOffer, OffersService } from '@stoa/offers'
import type { PutOffer } from './offers-schemas.ts'

/** The routes of offers. */
export function addOffers(app: OpenAPIHono, offers: OffersService): void {
  app.openapi(routes.getOffers, async c => {
    const { market, owner, own, all, after, limit } = c.req.valid('query')
    const filter = {
      market,
      owner: owner === undefined ? undefined : parsePeerId('owner', owner),
      own: own === '1' || undefined,
    }
    const page = { after, limit, includeStale: all === '1', signal: c.req.raw.signal }
    return c.json(await offerPage(offers, { ...filter, ...page }), 200)
  })
  app.openapi(routes.postOffer, async c => {
    const { market, body, ...options } = newOffer(c.req.valid('json'))
    return c.json(showOffer(await offers.publish(market, body, { ...options, signal: c.req.raw.signal })), 200)
  })
  app.openapi(routes.postImport, async c => {
    const refused: Array<{ index: number; code: string; message: string; retryable: boolean }> = []
    const { published, unchanged } = await offers.publishMany(c.req.valid('json').offers.map(newOffer), {
      signal: c.req.raw.signal,
      onRefused: (index, error) => {
        const known = publicError(error)
        // a bug is no reason to skip a line
        if (known === undefined) throw error
        refused.push({ index, ...known })
      },
    })
    return c.json({ published, unchanged, refused }, 200)
  })
  app.openapi(routes.getExport, async c => {
    const file = offers.exportOffers({ ...c.req.valid('query'), signal: c.req.raw.signal })
    // what is wrong with the request shows before the answer begins
    const first = await file.next()
    const whole = ReadableStream.from(continued(first, file)) as globalThis.ReadableStream<Uint8Array>
    return c.body(whole, 200, { 'content-type': 'application/octet-stream' })
  })
  app.openapi(routes.postLoad, async c => {
    return c.json(await offers.importFrom(piecesOf(c.req.raw.body), { signal: c.req.raw.signal }), 200)
  })
  app.openapi(routes.getOffer, async c => {
    const { key } = c.req.valid('param')
    const offer = await offers.get(key)
    if (offer === undefined) throw unknown(key)
    return c.json(showOffer(offer), 200)
  })
  app.openapi(routes.deleteOffer, async c => {
    const { key } = c.req.valid('param')
    await offers.remove(key, { signal: c.req.raw.signal })
    return c.json({ key }, 200)
  })
  app.openapi(routes.getMarkets, c => {
    const { after } = c.req.valid('query')
    return c.json(marketPage(offers.markets(), { after, limit: MAX_MARKETS_PER_PAGE }), 200)
  })
}

function newOffer({ text, base64, ...rest }: PutOffer): NewOffer {
  return { ...rest, body: shownBytes({ text, base64 }) }
}

async function* continued<T>(first: IteratorResult<T, undefined>, rest: AsyncIterableIterator<T>): AsyncGenerator<T> {
  if (first.done) return
  yield first.value
  yield* rest
}

function unknown(key: string): NodeError {
  return new NodeError(
    'not-found',
    `no offer ${key} is known here: it was removed, has expired, or never came this far`,
  )
}
