import { peerIdFromString } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { marketPage, offerPage } from './offer-page.ts'
import type { ListOptions, Offer, Page } from '@stoa/offers'

const owner = peerIdFromString('12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1')

function offer(index: number, bytes: number): Offer {
  const names = { key: String(index), market: 'm', name: String(index), contentType: '' }
  const times = { seq: 1, createdMs: 1, expiresMs: 2 }
  return { ...names, ...times, owner, isOwn: false, whileOnline: false, state: 'live', body: new Uint8Array(bytes) }
}

function service(bytes: number[]) {
  return {
    list: async ({ after = '0', limit = 100 }: ListOptions = {}): Promise<Page> => {
      const start = Number(after)
      const offers = bytes.slice(start, start + limit).map((size, at) => offer(start + at, size))
      const end = start + offers.length
      return { offers, next: end < bytes.length ? String(end) : undefined }
    },
  }
}

async function pages(bytes: number[], limit: number): Promise<number[][]> {
  const found: number[][] = []
  let after: string | undefined
  for (;;) {
    const page = await offerPage(service(bytes), { after, limit })
    found.push(page.offers.map(({ key }) => Number(key)))
    if (page.next === null) return found
    after = page.next
  }
}

test('a page has as many as were asked for', async () => {
  expect(await pages([1, 1, 1, 1, 1], 2)).toEqual([[0, 1], [2, 3], [4]])
  expect(await pages([], 2)).toEqual([[]])
})

test('a page of long offers has fewer, and at least one, and none is left out', async () => {
  const [half, whole] = [524_288, 2_000_000]
  expect(await pages([half, half, 1, whole, whole, 1], 10)).toEqual([[0, 1], [2], [3], [4], [5]])
})

test('markets are paged by name', () => {
  const markets = ['a', 'b', 'c'].map(market => ({ market, live: 1, stale: 0, total: 1 }))
  expect(marketPage(markets, { after: undefined, limit: 2 })).toEqual({ markets: markets.slice(0, 2), next: 'b' })
  expect(marketPage(markets, { after: 'b', limit: 2 })).toEqual({ markets: markets.slice(2), next: null })
  // one that is gone meanwhile
  expect(marketPage(markets, { after: 'aa', limit: 2 })).toEqual({ markets: markets.slice(1), next: null })
})
