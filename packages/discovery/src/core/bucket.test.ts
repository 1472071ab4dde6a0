import { expect, test } from 'vitest'
import fc from 'fast-check'
import { TokenBucket } from './bucket.ts'

test('a burst passes at once, then one passes for each refill', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 0)
  expect([0, 0, 0, 0].map(at => bucket.take(at))).toEqual([true, true, true, false])
  expect(bucket.nextMs(0)).toBe(500)
  expect(bucket.take(499)).toBe(false)
  expect(bucket.take(500)).toBe(true)
})

test('in any time no more passes than the burst and what was refilled', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (waits, perSecond, burst) => {
      const bucket = new TokenBucket({ perSecond, burst }, 0)
      let nowMs = 0
      let passed = 0
      for (const wait of waits) {
        nowMs += wait
        if (bucket.take(nowMs)) passed++
      }
      expect(passed).toBeLessThanOrEqual(burst + Math.ceil((nowMs * perSecond) / 1000))
    }),
  )
})

test('a clock set back takes nothing away', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, 10_000)
  expect(bucket.take(5_000)).toBe(true)
  expect(bucket.take(6_000)).toBe(true)
})
