import { expect, test } from 'vitest'
import { firstDilation, nextDilation } from './auto-dilation.ts'
import { resolveSettings } from './settings.ts'

test('a small network runs in real time, a large one slower', () => {
  expect(firstDilation(resolveSettings({ nodes: 10, rate: 5 }))).toBe(1)
  expect(firstDilation(resolveSettings({ nodes: 1_000, rate: 20 }))).toBeGreaterThan(5)
})

test('a machine that is busy all the time is given twice the time, and looked at again', () => {
  expect(nextDilation(3, { utilization: 0.99, loopDelayMs: 400 })).toEqual({ dilation: 6, isGood: false })
})

test('a machine that has little to do is given less time, and looked at again', () => {
  expect(nextDilation(10, { utilization: 0.1, loopDelayMs: 1 })).toMatchObject({ isGood: false })
  expect(nextDilation(10, { utilization: 0.1, loopDelayMs: 1 }).dilation).toBeLessThan(5)
})

test('delays of the loop count, however little there is to do', () => {
  expect(nextDilation(2, { utilization: 0.3, loopDelayMs: 50 }).dilation).toBe(10)
})

test('what fits stays about as it is', () => {
  const { dilation, isGood } = nextDilation(10, { utilization: 0.4, loopDelayMs: 20 })
  expect(isGood).toBe(true)
  expect(dilation).toBeCloseTo(10, 0)
})

test('never faster than real time', () => {
  expect(nextDilation(1, { utilization: 0.01, loopDelayMs: 0 })).toEqual({ dilation: 1, isGood: true })
})
