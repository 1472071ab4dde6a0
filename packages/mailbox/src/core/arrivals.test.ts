import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arrivals } from './arrivals.ts'

test('a reader gets what waits in the order in which it came, whatever left meanwhile', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ add: fc.boolean(), id: fc.nat(20) }), { maxLength: 400 }), changes => {
      const arrivals = new Arrivals()
      const waiting: string[] = []
      for (const { add, id } of changes) {
        const text = String(id)
        if (add && !arrivals.has(text)) {
          arrivals.add(text)
          waiting.push(text)
        } else if (!add && arrivals.delete(text)) waiting.splice(waiting.indexOf(text), 1)
      }
      const read: string[] = []
      for (let next = arrivals.after(-1); next !== undefined; next = arrivals.after(next.order)) read.push(next.id)
      expect(read).toEqual(waiting)
      expect(arrivals.size).toBe(waiting.length)
    }),
  )
})
