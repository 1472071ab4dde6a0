import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

test('a burst is free, what is more waits until it is paid for', () => {
  const bucket = new TokenBucket(10, 20, 0)
  expect(bucket.take(20, 0)).toBe(0)
  expect(bucket.take(5, 0)).toBe(500)
  expect(bucket.take(0, 500)).toBe(0)
})

test('whoever waits as told never gets more than a burst and the rate', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 3_000 }))), steps => {
      const bucket = new TokenBucket(10, 20, 0)
      let now = 0
      let taken = 0
      for (const [count, pauseMs] of steps) {
        now += pauseMs
        now += bucket.take(count, now)
        taken += count
        expect(taken).toBeLessThanOrEqual(20 + now / 100 + 1e-6)
      }
    }),
  )
})

test('a clock that goes back gives nothing', () => {
  const bucket = new TokenBucket(10, 10, 1_000)
  bucket.take(10, 1_000)
  expect(bucket.take(1, 0)).toBe(100)
})
