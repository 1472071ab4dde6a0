import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageBuffer } from './message-buffer.ts'

test('the oldest go when there are too many, or too large ones', () => {
  const buffer = new MessageBuffer<string>(3, 100)
  expect(['a', 'b', 'c', 'd'].map(message => buffer.push(message, 10))).toEqual([0, 0, 0, 1])
  expect(buffer.push('e', 85)).toBe(2)
  expect([buffer.shift(), buffer.shift(), buffer.shift()]).toEqual(['d', 'e', undefined])
})

test('one message larger than the buffer is kept while it is the newest', () => {
  const buffer = new MessageBuffer<string>(3, 100)
  expect(buffer.push('large', 500)).toBe(0)
  expect(buffer.push('small', 1)).toBe(1)
  expect(buffer.shift()).toBe('small')
})

test('it keeps order, stays within its bounds, and accounts for every message', () => {
  const steps = fc.array(fc.option(fc.integer({ min: 0, max: 60 })), { maxLength: 300 })
  fc.assert(
    fc.property(steps, pushes => {
      const buffer = new MessageBuffer<number>(5, 100)
      let next = 0
      let dropped = 0
      const read: number[] = []
      for (const bytes of pushes) {
        if (bytes === null) {
          const message = buffer.shift()
          if (message !== undefined) read.push(message)
        } else dropped += buffer.push(next++, bytes)
        expect(buffer.length).toBeLessThanOrEqual(5)
        expect(buffer.bytes).toBeLessThanOrEqual(100)
      }
      expect(read).toEqual(read.toSorted((a, b) => a - b))
      expect(read.length + dropped + buffer.length).toBe(next)
    }),
  )
})
