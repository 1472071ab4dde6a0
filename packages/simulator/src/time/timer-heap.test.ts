import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TimerHeap } from './timer-heap.ts'

test('what is not removed comes out by its moment, and what is set first comes first of those of one moment', () => {
  const timers = fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 9 }), isRemoved: fc.boolean() }))
  fc.assert(
    fc.property(timers, given => {
      const heap = new TimerHeap()
      const entries = given.map(({ atMs }, order) => ({ atMs, order, index: -1 }))
      for (const entry of entries) heap.add(entry)
      for (const [order, { isRemoved }] of given.entries()) if (isRemoved) heap.remove(entries[order]!)
      const left = entries.filter(({ order }) => !given[order]!.isRemoved)
      const sorted = left.toSorted((one, other) => one.atMs - other.atMs || one.order - other.order)
      const taken = Array.from({ length: heap.size }, () => heap.shift())
      expect(taken).toEqual(sorted)
      expect(heap.first).toBeUndefined()
    }),
  )
})
