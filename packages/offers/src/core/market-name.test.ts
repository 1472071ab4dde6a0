import { groupOf } from '@stoa/record'
import { expect, test } from 'vitest'
import { isMarket, marketOfSpace, readGroup, spaceOf } from './market-name.ts'

test.each(['btc-eur', 'x', '0', 'a/b/c', 'v1.2_3-', 'a'.repeat(120)])('%s is a market', market => {
  expect(isMarket(market)).toBe(true)
  expect(marketOfSpace(spaceOf(market))).toBe(market)
  expect(readGroup(groupOf(spaceOf(market), 'ab'))).toEqual({ market, owner: 'ab' })
})

test.each(['', 'BTC', 'a b', '/a', 'a/', 'a//b', '.a', 'a/-b', 'é', 'a'.repeat(121)])('%j is none', market => {
  expect(isMarket(market)).toBe(false)
  expect(marketOfSpace(`offers/${market}`)).toBeUndefined()
})

test('spaces of other families are no markets', () => {
  expect(marketOfSpace('leases/presence')).toBeUndefined()
  expect(marketOfSpace('offers')).toBeUndefined()
})
