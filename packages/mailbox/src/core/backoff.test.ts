import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('waits double from the first to the longest, a quarter more or less', () => {
  const options = { retryMs: 30_000, maxRetryMs: 3_600_000 }
  const waits = [1, 2, 3, 7, 8, 9, 1_000].map(attempts => backoffMs(attempts, options, 0.5))
  expect(waits).toEqual([30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000, 3_600_000])
  expect(backoffMs(1, options, 0)).toBe(22_500)
  expect(backoffMs(1, options, 1)).toBe(37_500)
})
