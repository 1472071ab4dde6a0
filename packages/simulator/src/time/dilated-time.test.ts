import { manualClock } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { DilatedTime } from './dilated-time.ts'
import type { RealTime } from './dilated-time.ts'

/** A machine whose time a test moves. */
function machine() {
  const clock = manualClock()
  const real: RealTime = {
    now: () => clock.now(),
    setTimeout: (run, delayMs) => clock.setTimeout(run, delayMs),
    clearTimeout: timer => clock.clearTimeout(timer),
    setImmediate: run => run(),
    setInterval,
    clearInterval,
  }
  return { clock, real }
}

test('at a dilation of 10 a timer of 5 ms takes 50, and 5 have passed by then', async () => {
  const { clock, real } = machine()
  const time = new DilatedTime(10, real)
  const startMs = time.now()
  let firedMs: number | undefined
  time.setTimeout(() => (firedMs = time.now() - startMs), 5)
  await clock.advance(49)
  expect(firedMs).toBeUndefined()
  await clock.advance(1)
  expect(firedMs).toBe(5)
})

test('timers that are late run in the order of their moments', async () => {
  const { clock, real } = machine()
  const time = new DilatedTime(1, real)
  const fired: number[] = []
  for (const delayMs of [30, 10, 20]) time.setTimeout(() => fired.push(delayMs), delayMs)
  await clock.advance(100)
  expect(fired).toEqual([10, 20, 30])
})

test('a change of the rate is for what is still to come: the time goes on from where it was', async () => {
  const { clock, real } = machine()
  const time = new DilatedTime(1, real)
  const startMs = time.now()
  let isFired = false
  time.setTimeout(() => (isFired = true), 20)
  await clock.advance(10)
  time.dilation = 5
  expect(time.now() - startMs).toBe(10)
  await clock.advance(49)
  expect(isFired).toBe(false)
  await clock.advance(1)
  expect(isFired).toBe(true)
  expect(time.now() - startMs).toBe(20)
})

test('an interval repeats until it is cleared, and a refreshed timer starts anew', async () => {
  const { clock, real } = machine()
  const time = new DilatedTime(2, real)
  let ticks = 0
  const interval = time.setInterval(() => ticks++, 10)
  let isFired = false
  const timer = time.setTimeout(() => (isFired = true), 15)
  await clock.advance(20)
  timer.refresh()
  await clock.advance(20)
  expect(ticks).toBe(2)
  expect(isFired).toBe(false)
  time.clear(interval)
  await clock.advance(10)
  expect(isFired).toBe(true)
  expect(ticks).toBe(2)
})

test('a delay that no timer can wait for is never over', async () => {
  const { clock, real } = machine()
  const time = new DilatedTime(1, real)
  let isFired = false
  time.setTimeout(() => (isFired = true), Infinity)
  time.setTimeout(() => (isFired = true), 2 ** 40)
  await clock.advance(1_000)
  expect(isFired).toBe(false)
})

test('nothing runs after it was stopped', async () => {
  const { clock, real } = machine()
  const time = new DilatedTime(1, real)
  let isFired = false
  time.setTimeout(() => (isFired = true), 10)
  time.stop()
  time.setTimeout(() => (isFired = true), 10)
  await clock.advance(100)
  expect(isFired).toBe(false)
})
