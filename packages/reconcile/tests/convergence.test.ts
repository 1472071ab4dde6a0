import { random } from '@stoa/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hex, reconcile, treeOf } from './sets.ts'
import type { Item } from '@stoa/reconcile'

interface Sets {
  ours: Item[]
  theirs: Item[]
}

/** Two sets that share most of their items; `spread` small makes many items share a timestamp. */
const sets = fc
  .record({
    seed: fc.integer(),
    size: fc.integer({ min: 0, max: 2_000 }),
    spread: fc.constantFrom(1, 3, 50, 10_000),
    start: fc.constantFrom(0, 1_790_000_000_000, 2 ** 53 - 20_000),
    shared: fc.constantFrom(0, 0.5, 0.99, 1),
    clustered: fc.boolean(),
  })
  .map(({ seed, size, spread, start, shared, clustered }): Sets => {
    const source = random(seed)
    const result: Sets = { ours: [], theirs: [] }
    let side = 0
    for (let index = 0; index < size; index++) {
      if (!clustered || source.chance(0.05)) side = source.chance(shared) ? 0 : source.int(1, 2)
      const item = { timestamp: start + source.int(0, spread - 1), id: source.bytes(32) }
      if (side !== 2) result.ours.push(item)
      if (side !== 1) result.theirs.push(item)
    }
    return result
  })

function difference(a: Item[], b: Item[]): string[] {
  const known = new Set(b.map(item => hex(item.id)))
  return a
    .map(item => hex(item.id))
    .filter(id => !known.has(id))
    .sort()
}

test.each([0, 4_096, 10_000])(
  'a session finds exactly what differs, with a frame limit of %d bytes',
  frameLimitBytes => {
    fc.assert(
      fc.property(sets, ({ ours, theirs }) => {
        const outcome = reconcile(treeOf(ours), treeOf(theirs), { frameLimitBytes })
        expect(outcome.have).toEqual(difference(ours, theirs))
        expect(outcome.need).toEqual(difference(theirs, ours))
        expect(outcome.longest).toBeLessThanOrEqual(frameLimitBytes === 0 ? Infinity : frameLimitBytes)
      }),
      { numRuns: 200 },
    )
  },
)
