import { expect, test } from 'vitest'
import { isBelowZero, LEAST_SAMPLES, meanOf, MOST_SAMPLES, standardErrorOf } from './statistics.ts'

test('the mean and its standard error', () => {
  expect(meanOf([2, 4, 9])).toBe(5)
  expect(standardErrorOf([2, 4, 9])).toBeCloseTo(Math.sqrt(13 / 3))
  expect(standardErrorOf([7, 7])).toBe(0)
})

test('a mean is below zero by more than chance from Student’s t times its standard error on', () => {
  // of -1, 0 and 1 the standard error is 0.577, and t of 2 degrees of freedom 4.303
  const around = (mean: number) => [mean - 1, mean, mean + 1]
  expect(isBelowZero(around(-2.48))).toBe(false)
  expect(isBelowZero(around(-2.49))).toBe(true)
  expect(isBelowZero(around(2.49))).toBe(false)
})

test('what is always the same is no chance, and no difference is none', () => {
  expect(isBelowZero([-1, -1, -1])).toBe(true)
  expect(isBelowZero([0, 0, 0])).toBe(false)
})

test('the more values, the less a mean has to differ, as many as there may be', () => {
  let before = Infinity
  for (let count = LEAST_SAMPLES; count <= MOST_SAMPLES; count++) {
    const errors = leastStandardErrors(count)
    expect(errors).toBeLessThan(before)
    before = errors
  }
  // of 19 degrees of freedom
  expect(before).toBeCloseTo(2.093, 2)
})

/** How many standard errors a mean has to be below zero. */
function leastStandardErrors(count: number): number {
  const values = Array.from({ length: count }, (_, index) => index)
  const error = standardErrorOf(values)
  for (let errors = 0; errors < 10; errors += 0.001) {
    const shift = meanOf(values) + errors * error
    if (isBelowZero(values.map(value => value - shift))) return errors
  }
  return Infinity
}
