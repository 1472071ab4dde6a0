import fc from 'fast-check'
import { expect, test } from 'vitest'
import { balancedOf, frontOf, isBeatenBy } from './front.ts'

const cost = fc.integer({ min: 0, max: 20 })
const points = fc.array(fc.record({ delayMs: cost, bytesPerDelivery: cost }), { maxLength: 30 })

test('nothing beats a point of the front, and something of the front beats each that is not on it', () => {
  fc.assert(
    fc.property(points, all => {
      const front = frontOf(all)
      for (const point of all) {
        expect(front.some(other => isBeatenBy(point, other))).toBe(!front.includes(point))
      }
    }),
  )
})

test('along the front every byte more buys delay', () => {
  fc.assert(
    fc.property(points, all => {
      const front = frontOf(all)
      for (const [index, point] of front.entries()) {
        const next = front[index + 1]
        if (next === undefined) continue
        const isTwin = next.bytesPerDelivery === point.bytesPerDelivery && next.delayMs === point.delayMs
        expect(isTwin || (next.bytesPerDelivery > point.bytesPerDelivery && next.delayMs < point.delayMs)).toBe(true)
      }
    }),
  )
})

test('the balanced point is of the front, and not at an end where a better trade is between', () => {
  const front = [
    { delayMs: 900, bytesPerDelivery: 4_000 },
    { delayMs: 310, bytesPerDelivery: 4_500 },
    { delayMs: 300, bytesPerDelivery: 9_000 },
  ]
  expect(balancedOf(front)).toBe(front[1])
  expect(balancedOf([])).toBeUndefined()
})
