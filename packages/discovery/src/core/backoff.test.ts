import { expect, test } from 'vitest'
import fc from 'fast-check'
import { retryDelayMs } from './backoff.ts'

const limits = { minMs: 1_000, maxMs: 60_000, jitter: 0.25 }

test('without jitter the delays are 1 s, 2 s, 4 s … up to the cap', () => {
  expect([1, 2, 3, 4, 7, 8, 1_000].map(failures => retryDelayMs(failures, limits, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 60_000, 60_000, 60_000,
  ])
})

test('a peer that never failed is not waited for', () => {
  expect(retryDelayMs(0, limits, 0.5)).toBe(0)
})

const jitter = fc.double({ min: 0, max: 1, noNaN: true })
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const failures = fc.integer({ min: 1, max: 10_000 })

test('for one draw, another failure never shortens the delay, and no delay exceeds the cap or falls below its jitter', () => {
  fc.assert(
    fc.property(failures, jitter, draw, (count, part, at) => {
      const delay = retryDelayMs(count, { ...limits, jitter: part }, at)
      expect(retryDelayMs(count + 1, { ...limits, jitter: part }, at)).toBeGreaterThanOrEqual(delay)
      expect(delay).toBeLessThanOrEqual(limits.maxMs)
      expect(delay).toBeGreaterThanOrEqual(Math.floor(limits.minMs * (1 - part)))
    }),
  )
})
