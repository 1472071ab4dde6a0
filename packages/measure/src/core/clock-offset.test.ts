import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clockOffset, isSteady } from './clock-offset.ts'

// whole numbers: sums of others are rounded
const ms = (max: number) => fc.integer({ min: 0, max })

test('whatever the network does, the offset is wrong by no more than half of the round trip', () => {
  const exchange = fc.record({ there: ms(10_000), back: ms(10_000), thinking: ms(1_000), start: ms(1_000_000) })
  fc.assert(
    fc.property(fc.array(exchange, { minLength: 1, maxLength: 8 }), ms(1_000_000), (exchanges, ahead) => {
      const found = clockOffset(
        exchanges.map(({ there, back, thinking, start }) => ({
          askedMs: start,
          receivedMs: start + there + ahead,
          sentMs: start + there + thinking + ahead,
          answeredMs: start + there + thinking + back,
        })),
      )!
      expect(Math.abs(found.offsetMs - ahead)).toBeLessThanOrEqual(found.rttMs / 2)
      expect(found.rttMs).toBeCloseTo(Math.min(...exchanges.map(({ there, back }) => there + back)), 5)
    }),
  )
})

test('of no exchange there is no offset', () => {
  expect(clockOffset([])).toBeUndefined()
})

test.each([
  [[], false],
  [[10], true],
  [[10, 11, 19, 20, 90], true],
  [[10, 21, 22], false],
])('round trips of %o: steady is %o', (rtts, is) => {
  const samples = rtts.map(rtt => ({ askedMs: 0, receivedMs: 0, sentMs: 0, answeredMs: rtt }))
  expect(isSteady(samples)).toBe(is)
})
