import { Initiator, respond } from '@stoa/reconcile'
import { random } from '@stoa/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hex, treeOf } from './sets.ts'
import type { Item, ReconcileOptions, ReconcileTree } from '@stoa/reconcile'
import type { Random } from '@stoa/testkit'

const MAX_ROUNDS = 30

function makeItem(source: Random): Item {
  return { timestamp: source.int(0, 2_000), id: source.bytes(32) }
}

/** As anti-entropy does it: what is missing is fetched, while both sets go on changing. @returns rounds */
function syncOnce(
  trees: [ReconcileTree, ReconcileTree],
  timestamps: Map<string, number | bigint>,
  options: ReconcileOptions,
  change: () => void,
): number {
  const [ours, theirs] = trees
  const initiator = new Initiator(ours, options)
  for (let message: Uint8Array | undefined = initiator.open(); message !== undefined;) {
    change()
    const answer = respond(theirs, message, options)
    change()
    const round = initiator.next(answer)
    for (const id of round.need) ours.insert(timestamps.get(hex(id))!, id)
    for (const id of round.have) theirs.insert(timestamps.get(hex(id))!, id)
    message = initiator.rounds < MAX_ROUNDS ? round.message : undefined
  }
  return initiator.rounds
}

test('sets that change during sessions become equal in the first session after they stop', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(0, 4_096), (seed, frameLimitBytes) => {
      const source = random(seed)
      const shared = Array.from({ length: source.int(0, 1_500) }, () => makeItem(source))
      const trees: [ReconcileTree, ReconcileTree] = [treeOf(shared), treeOf(shared)]
      const timestamps = new Map(shared.map(({ timestamp, id }) => [hex(id), timestamp]))
      const known = [...shared]
      const change = (): void => {
        for (let count = source.int(0, 30); count > 0; count--) {
          const tree = source.pick(trees)
          if (known.length > 0 && source.chance(0.3)) {
            const { timestamp, id } = source.pick(known)
            tree.delete(timestamp, id)
          } else {
            const item = makeItem(source)
            timestamps.set(hex(item.id), item.timestamp)
            known.push(item)
            tree.insert(item.timestamp, item.id)
          }
        }
      }
      for (let session = 0; session < 3; session++)
        expect(syncOnce(trees, timestamps, { frameLimitBytes }, change)).toBeLessThan(MAX_ROUNDS)
      syncOnce(trees, timestamps, { frameLimitBytes }, () => {})
      expect(trees[0].fingerprint()).toEqual(trees[1].fingerprint())
      expect(trees[0].size).toBe(trees[1].size)
    }),
    { numRuns: 100 },
  )
})
