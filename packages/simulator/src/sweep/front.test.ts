import fc from 'fast-check'
import { expect, test } from 'vitest'
import { balancedOf, fastestOf, frontOf, isBeatenBy } from './front.ts'
import { meanOf } from './statistics.ts'
import type { Costs, Sampled } from './front.ts'

const cost = fc.integer({ min: 0, max: 20 })
const costs = fc.record({ delayMs: cost, bytesPerDelivery: cost })
const points = fc.array(costs.map(once), { maxLength: 30 })
const overSeeds = fc
  .integer({ min: 1, max: 6 })
  .chain(seeds => fc.array(fc.array(costs, { minLength: seeds, maxLength: seeds }).map(sampled), { maxLength: 20 }))

function sampled(bySeed: readonly Costs[]): Sampled {
  const mean = (of: keyof Costs) => meanOf(bySeed.map(each => each[of]))
  return { delayMs: mean('delayMs'), bytesPerDelivery: mean('bytesPerDelivery'), bySeed }
}

function once(own: Costs): Sampled {
  return { ...own, bySeed: [own] }
}

/** Delays by seed, with as many bytes each. */
function delayed(...delays: number[]): Sampled {
  return sampled(delays.map(delayMs => ({ delayMs, bytesPerDelivery: 1_000 })))
}

test('with one seed nothing beats a point of the front, and something of the front beats each that is not on it', () => {
  fc.assert(
    fc.property(points, all => {
      const front = frontOf(all)
      for (const point of all) {
        expect(front.some(other => isBeatenBy(point, other))).toBe(!front.includes(point))
      }
    }),
  )
})

test('with one seed a point is on the front unless another is as good in both and better in one (Pareto)', () => {
  fc.assert(
    fc.property(points, all => {
      const front = frontOf(all)
      for (const point of all) expect(front.includes(point)).toBe(!all.some(other => isParetoBetter(other, point)))
    }),
  )
})

test('with any number of seeds the front is what nothing beats, with all that is best by the means', () => {
  fc.assert(
    fc.property(overSeeds, all => {
      const front = frontOf(all)
      for (const point of all) {
        expect(front.includes(point)).toBe(!all.some(other => isBeatenBy(point, other)))
        expect(front.includes(point) || all.some(other => isParetoBetter(other, point))).toBe(true)
      }
      const [least] = all.map(({ delayMs }) => delayMs).toSorted((one, other) => one - other)
      expect(fastestOf(front)?.delayMs).toBe(least)
    }),
  )
})

test('the same noise for both, as a seed has it, hides no difference', () => {
  expect(isBeatenBy(delayed(310, 512, 409), delayed(300, 500, 400))).toBe(true)
})

test('what is better in the mean by no more than chance beats nothing, from three seeds on', () => {
  expect(isBeatenBy(delayed(310, 480, 430), delayed(300, 500, 400))).toBe(false)
  expect(isBeatenBy(delayed(310, 480), delayed(300, 480))).toBe(true)
})

test('what is better by more than chance in one beats nothing that is better in the mean of the other', () => {
  const slow = delayed(310, 512, 409)
  const fast = [300, 500, 400].map(delayMs => ({ delayMs, bytesPerDelivery: 1_000 }))
  fast[0]!.bytesPerDelivery = 1_001
  expect(isBeatenBy(slow, sampled(fast))).toBe(false)
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

function isParetoBetter(one: Costs, other: Costs): boolean {
  const isNoWorse = one.delayMs <= other.delayMs && one.bytesPerDelivery <= other.bytesPerDelivery
  return isNoWorse && (one.delayMs < other.delayMs || one.bytesPerDelivery < other.bytesPerDelivery)
}
