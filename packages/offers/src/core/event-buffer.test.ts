import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventBuffer } from './event-buffer.ts'

test('a reader that keeps up gets everything in order', () => {
  const buffer = new EventBuffer<number>(2)
  for (let n = 0; n < 500; n++) {
    expect(buffer.push(n)).toBe(true)
    expect(buffer.shift()).toEqual({ item: n })
  }
  expect(buffer.shift()).toBeUndefined()
})

test('a slow reader gets what is held, then how many were left out, then what comes after', () => {
  const buffer = new EventBuffer<string>(2)
  for (const event of ['a', 'b', 'c', 'd']) buffer.push(event)
  expect(buffer.shift()).toEqual({ item: 'a' })
  // there is room, but it would come before the news that something was left out
  expect(buffer.push('e')).toBe(false)
  expect(buffer.shift()).toEqual({ item: 'b' })
  expect(buffer.shift()).toEqual({ missed: 3 })
  expect(buffer.push('f')).toBe(true)
  expect(buffer.shift()).toEqual({ item: 'f' })
})

test('whatever the pace, each event is told or counted, in order, and no more than the limit is held', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.boolean(), { maxLength: 200 }), (max, steps) => {
      const buffer = new EventBuffer<number>(max)
      let pushed = 0
      let next = 0
      const read = (): boolean => {
        const taken = buffer.shift()
        if (taken === undefined) return false
        expect('item' in taken ? taken.item : next).toBe(next)
        next += 'missed' in taken ? taken.missed : 1
        return true
      }
      for (const isPush of steps) {
        if (isPush) buffer.push(pushed++)
        else read()
        expect(buffer.size).toBeLessThanOrEqual(max)
      }
      while (read());
      expect(next).toBe(pushed)
    }),
  )
})
