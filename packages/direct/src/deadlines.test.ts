import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadlines, nowMs } from './deadlines.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function scene() {
  const entries = new Map<number, { deadlineMs: number }>()
  const expired: number[] = []
  const deadlines = new Deadlines(entries, id => {
    entries.delete(id)
    expired.push(id)
  })
  const add = (id: number, afterMs: number): void => {
    const deadlineMs = nowMs() + afterMs
    entries.set(id, { deadlineMs })
    deadlines.watch(deadlineMs)
  }
  return { entries, expired, deadlines, add }
}

test('every entry expires at its time, in the order of their times', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 20 }), times => {
      const { entries, expired, add } = scene()
      const atMs = new Map<number, number>()
      const startMs = nowMs()
      times.forEach((time, id) => add(id, time))
      for (let ms = 1; ms <= 102; ms++) {
        vi.advanceTimersByTime(1)
        for (const id of expired) if (!atMs.has(id)) atMs.set(id, nowMs() - startMs)
      }
      expect(entries.size).toBe(0)
      for (const [id, time] of times.entries()) {
        expect(atMs.get(id)).toBeGreaterThanOrEqual(time)
        expect(atMs.get(id)).toBeLessThanOrEqual(time + 2)
      }
    }),
  )
})

test('one timer serves all', () => {
  const { add } = scene()
  for (let id = 0; id < 1_000; id++) add(id, 100 + (id % 7))
  expect(vi.getTimerCount()).toBe(1)
})

test('an entry that is gone by then does not expire, and leaves no timer', () => {
  const { entries, expired, add } = scene()
  add(1, 10)
  entries.delete(1)
  vi.advanceTimersByTime(20)
  expect(expired).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('an entry that gets more time keeps it', () => {
  const { entries, expired, add } = scene()
  add(1, 10)
  entries.get(1)!.deadlineMs = nowMs() + 50
  vi.advanceTimersByTime(40)
  expect(expired).toEqual([])
  vi.advanceTimersByTime(12)
  expect(expired).toEqual([1])
})

test('setting the clock of the machine moves no deadline', () => {
  const { expired, add } = scene()
  add(1, 10)
  vi.setSystemTime(Date.now() - 3_600_000)
  vi.advanceTimersByTime(12)
  expect(expired).toEqual([1])
})
