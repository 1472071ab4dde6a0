import { expect, test } from 'vitest'
import { parseDuration } from './parse-duration.ts'

test.for([
  ['10s', 10_000],
  ['5m', 300_000],
  ['12h', 43_200_000],
  ['1d', 86_400_000],
  ['2w', 1_209_600_000],
  [' 1d ', 86_400_000],
] as const)('%s is %d ms', ([text, ms]) => {
  expect(parseDuration(text)).toBe(ms)
})

test.for(['', '1', 'd', '1 day', '-1d', '1.5h', '1D', '99999999999d', '1d2h', 'soon'])('"%s" is refused', text => {
  expect(() => parseDuration(text)).toThrow('It takes a number and a unit, such as 30s')
})

test('no time at all is refused', () => {
  expect(() => parseDuration('0d')).toThrow('It takes at least 1s')
})

test('where none can be meant, none is taken', () => {
  expect(parseDuration('0s', 0)).toBe(0)
})
