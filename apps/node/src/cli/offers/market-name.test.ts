import { expect, test } from 'vitest'
import { marketName } from './market-name.ts'

test.for([
  ['EUR', 'eur'],
  ['btc-eur', 'btc-eur'],
  [' Bisq Cash ', 'bisq-cash'],
  ['Goods/Books.Used_2', 'goods/books.used_2'],
])('%s is the market %s', ([value, market]) => {
  expect(marketName(value, 'currency')).toBe(market)
})

test.for([
  [undefined, 'it has no field "currency"'],
  [7, 'currency is 7; a market is a text'],
  [null, 'currency is null; a market is a text'],
  ['', 'currency is ""; a market takes up to 120 of a-z, 0-9 and "._-", in segments with "/" between'],
  ['€', 'currency is "€"; a market takes'],
  ['/eur', 'currency is "/eur"; a market takes'],
  ['a//b', 'currency is "a//b"; a market takes'],
  ['-eur', 'currency is "-eur"; a market takes'],
  ['x'.repeat(121), /^currency is "x{56}\.\.\.; a market takes/],
] as const)('%s is refused', ([value, message]) => {
  expect(() => marketName(value, 'currency')).toThrow(message)
})
