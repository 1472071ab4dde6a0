import { json } from '@stoa/codec'
import { expect, test } from 'vitest'
import { TypedMarket } from './typed-market.ts'
import type { Offer } from './offer.ts'
import type { OfferEvent, Watch } from './watch.ts'

interface Quote {
  price: number
}

const codec = json<Quote>()
const check = (value: Quote): Quote => {
  if (typeof value.price !== 'number') throw new TypeError('a quote has a price')
  return value
}

function offer(body: string, key: string): Offer {
  return { key, market: 'btc-eur', body: new TextEncoder().encode(body) } as Offer
}

const OFFERS = [
  offer('{"price":7}', 'a'),
  offer('not json', 'b'),
  offer('{"price":"high"}', 'c'),
  offer('{"price":9}', 'd'),
]

async function* eventsOf(offers: Offer[]): AsyncGenerator<OfferEvent> {
  for (const one of offers) yield { type: 'added', key: one.key, market: one.market, owner: one.owner, offer: one }
  yield { type: 'lagged', missed: 3 }
}

function marketOf(published: Array<Record<string, unknown>> = []): TypedMarket<Quote> {
  return new TypedMarket<Quote>('btc-eur', { codec, check }, {
    list: async ({ where }: { where: (offer: Offer) => boolean }) => ({
      offers: OFFERS.filter(where),
      next: undefined,
    }),
    get: async (key: string) => OFFERS.find(one => one.key === key),
    watch: () => Object.assign(eventsOf(OFFERS), { [Symbol.asyncDispose]: async () => {} }) as unknown as Watch,
    publish: async (market: string, body: Uint8Array, options: object) => {
      published.push({ market, body: new TextDecoder().decode(body), ...options })
      return OFFERS[0]
    },
    publishMany: async (items: AsyncIterable<{ body: Uint8Array }>) => {
      for await (const item of items) {
        try {
          published.push({ ...item, body: new TextDecoder().decode(item.body) })
        } catch (error) {
          published.push({ refused: (error as Error).message })
        }
      }
    },
  } as never)
}

test('a list shows values, and leaves out and counts what is none', async () => {
  const market = marketOf()
  const page = await market.list()
  expect(page.offers.map(({ key, value }) => [key, value.price])).toEqual([
    ['a', 7],
    ['d', 9],
  ])
  expect(market.counters.undecodable).toBe(2)
  expect((await market.list({ where: ({ value }) => value.price > 8 })).offers.map(({ key }) => key)).toEqual(['d'])
})

test('what does not decode is not there to get', async () => {
  const market = marketOf()
  expect((await market.get('a'))?.value).toEqual({ price: 7 })
  expect(await market.get('b')).toBeUndefined()
  expect(await market.get('nowhere')).toBeUndefined()
})

test('a watch shows values too, and passes on what has none', async () => {
  const seen = []
  for await (const event of marketOf().watch()) {
    seen.push(event.type === 'added' ? event.offer.value.price : event)
    if (event.type === 'lagged') break
  }
  expect(seen).toEqual([7, 9, { type: 'lagged', missed: 3 }])
})

test('a value is checked and encoded when it is published, with the media type of its codec', async () => {
  const published: Array<Record<string, unknown>> = []
  const market = marketOf(published)
  await market.publish({ price: 7 }, { name: 'rate' })
  expect(published).toEqual([{ market: 'btc-eur', body: '{"price":7}', name: 'rate', contentType: 'application/json' }])
  await expect(market.publish({ price: 'high' } as never)).rejects.toMatchObject({ code: 'bad-body' })
})

test('in bulk, a value that is none is one refused offer', async () => {
  const published: Array<Record<string, unknown>> = []
  await marketOf(published).publishMany([{ value: { price: 1 } }, { value: {} as Quote }, { value: { price: 2 } }])
  expect(published.map(({ body, refused }) => body ?? refused)).toEqual([
    '{"price":1}',
    'market btc-eur: a quote has a price',
    '{"price":2}',
  ])
})
