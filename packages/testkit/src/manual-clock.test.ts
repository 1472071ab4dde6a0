import { expect, test } from 'vitest'
import { manualClock } from './manual-clock.ts'

test('runs due timers in order of time, then of creation, each at its own time', async () => {
  const clock = manualClock(1_000)
  const ran: [string, number][] = []
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['b', 10],
    ['late', 31],
  ] as const) {
    clock.setTimeout(() => ran.push([name, clock.now()]), delayMs)
  }
  await clock.advance(30)
  expect(ran).toEqual([
    ['a', 1_010],
    ['b', 1_010],
    ['c', 1_030],
  ])
  expect(clock.now()).toBe(1_030)
  expect(clock.pending).toBe(1)
})

test('a loop that sleeps runs as often as its time comes', async () => {
  const clock = manualClock()
  const ticks: number[] = []
  const stop = new AbortController()
  const loop = (async () => {
    for (;;) {
      await clock.sleep(10, stop.signal)
      ticks.push(clock.now())
    }
  })()
  await clock.advance(35)
  expect(ticks).toEqual([10, 20, 30])
  stop.abort(new Error('enough'))
  await expect(loop).rejects.toThrow('enough')
  expect(clock.pending).toBe(0)
})

test('a cleared timer never runs', async () => {
  const clock = manualClock()
  clock.clearTimeout(clock.setTimeout(() => expect.unreachable(), 5))
  await clock.advance(10)
})

test('time does not run backwards', async () => {
  await expect(manualClock().advance(-1)).rejects.toThrow(RangeError)
})
