import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitRate, bytes, factor, milliseconds, number, percent, seconds, span } from './format.ts'

test('numbers have as many digits as say something', () => {
  expect([0.352, 12.34, 1_234.5, 7].map(number)).toEqual(['0.35', '12.3', '1,235', '7'])
  expect([1, 1.2, 12.75].map(factor)).toEqual(['1', '1.2', '12.75'])
})

test('sizes, rates and times have the unit that fits', () => {
  expect([512, 2_048, 1_572_864, 5 * 2 ** 30].map(bytes)).toEqual(['512 bytes', '2 KiB', '1.50 MiB', '5 GiB'])
  expect([Infinity, 2_500_000, 125_000_000, 100].map(bitRate)).toEqual([
    'no limit',
    '20 Mbit/s',
    '1 Gbit/s',
    '800 bit/s',
  ])
  expect([0.5, 180, 12_340].map(milliseconds)).toEqual(['0.50 ms', '180 ms', '12.3 s'])
  expect([8_000, 252_000].map(seconds)).toEqual(['8 s', '4.20 min'])
  expect([5, 60, 200, 3_900].map(span)).toEqual(['5 s', '1 min', '3 min 20 s', '1 h 5 min'])
})

test('100 % is said of all and of nothing less, 0 % of nothing and of nothing more', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), share => {
      expect(percent(share) === '100 %').toBe(share === 1)
      expect(percent(share) === '0 %').toBe(share === 0)
    }),
  )
})
