import fc from 'fast-check'
import { expect, test } from 'vitest'
import { delaysOf, quantile } from './statistics.ts'

test('of no values there are no statistics', () => {
  expect(delaysOf([])).toBeUndefined()
})

test('a quantile is one of the values, and no smaller than its share of them', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (numbers, q) => {
      const found = quantile(Float64Array.from(numbers).sort(), q)
      expect(numbers).toContain(found)
      expect(numbers.filter(value => value <= found).length).toBeGreaterThanOrEqual(q * numbers.length - 1e-9)
      expect(numbers.filter(value => value < found).length).toBeLessThanOrEqual(q * numbers.length)
    }),
  )
})

test('what is given is not sorted in place', () => {
  const values = Float64Array.of(3, 1, 2)
  expect(delaysOf(values)).toEqual({ count: 3, min: 1, mean: 2, p50: 2, p90: 3, p99: 3, max: 3 })
  expect([...values]).toEqual([3, 1, 2])
})
