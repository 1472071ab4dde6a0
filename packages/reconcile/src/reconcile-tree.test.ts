import { createHash } from 'node:crypto'
import { random } from '@stoa/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReconcileTree } from './reconcile-tree.ts'
import type { Bound, Item } from './item.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const order = (a: { timestamp: bigint; id: string }, b: { timestamp: bigint; id: string }) =>
  a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.id < b.id) ? -1 : 1

/** What the tree should be: a sorted array, BigInt and node:crypto. */
class Model {
  items: Array<{ timestamp: bigint; id: string }> = []

  insert(timestamp: number | bigint, id: Uint8Array): boolean {
    if (this.has(timestamp, id)) return false
    this.items.push({ timestamp: BigInt(timestamp), id: hex(id) })
    this.items.sort(order)
    return true
  }

  delete(timestamp: number | bigint, id: Uint8Array): boolean {
    const before = this.items.length
    this.items = this.items.filter(item => item.timestamp !== BigInt(timestamp) || item.id !== hex(id))
    return this.items.length < before
  }

  has(timestamp: number | bigint, id: Uint8Array): boolean {
    return this.items.some(item => item.timestamp === BigInt(timestamp) && item.id === hex(id))
  }

  rank({ timestamp, id = new Uint8Array() }: Bound): number {
    if (timestamp === Infinity) return this.items.length
    const bound = { timestamp: BigInt(timestamp), id: hex(id).padEnd(64, '0') }
    return this.items.filter(
      item => order(item, bound) < 0 && !(item.timestamp === bound.timestamp && item.id === bound.id),
    ).length
  }

  fingerprint(lower?: Bound, upper?: Bound): string {
    const from = lower === undefined ? 0 : this.rank(lower)
    const range = this.items.slice(from, Math.max(from, upper === undefined ? this.items.length : this.rank(upper)))
    let sum = 0n
    for (const { id } of range) sum += BigInt(`0x${hex(Buffer.from(id, 'hex').reverse())}`)
    const bytes = Buffer.from((sum % 2n ** 256n).toString(16).padStart(64, '0'), 'hex').reverse()
    const digits = [range.length & 127]
    for (let rest = range.length >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 127) | 128)
    return createHash('sha256').update(bytes).update(Uint8Array.from(digits)).digest('hex').slice(0, 32)
  }
}

const plain = (items: Iterable<Item>) =>
  [...items].map(({ timestamp, id }) => ({ timestamp: BigInt(timestamp), id: hex(id) }))

const TIMESTAMPS: Array<number | bigint> = [
  0,
  1,
  2 ** 32 - 1,
  2 ** 32,
  1_790_000_000_000,
  2 ** 53 - 1,
  2n ** 53n,
  2n ** 64n - 2n,
]

test('the tree agrees with a sorted array under inserts and deletes, fingerprints included', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 600 }),
      fc.constantFrom(0.2, 0.45),
      fc.boolean(),
      (seed, steps, deleted, ascending) => {
        const source = random(seed)
        const tree = new ReconcileTree()
        const model = new Model()
        const known: Item[] = []
        for (let step = 0; step < steps; step++) {
          const { timestamp, id } =
            known.length > 0 && source.chance(deleted + 0.05)
              ? source.pick(known)
              : {
                  timestamp: ascending ? step : source.pick(TIMESTAMPS),
                  id: source.chance(0.1) ? new Uint8Array(32).fill(source.pick([0, 255])) : source.bytes(32),
                }
          const change = source.chance(deleted) ? 'delete' : 'insert'
          expect(tree[change](timestamp, id)).toBe(model[change](timestamp, id))
          expect(tree.has(timestamp, id)).toBe(model.has(timestamp, id))
          known.push({ timestamp, id })
        }
        expect(tree.size).toBe(model.items.length)
        expect(plain(tree.items())).toEqual(model.items)
        expect(plain(tree.items({ reverse: true }))).toEqual(model.items.toReversed())
        expect(hex(tree.fingerprint())).toBe(model.fingerprint())
        for (let look = 0; look < 10; look++) {
          const [lower, upper] = [source.pick(known), source.pick(known)].map(({ timestamp, id }) => ({
            timestamp,
            id: id.slice(0, source.int(0, 32)),
          }))
          expect(tree.rank(lower!)).toBe(model.rank(lower!))
          expect(hex(tree.fingerprint(lower, upper))).toBe(model.fingerprint(lower, upper))
          expect(plain(tree.items({ from: lower }))).toEqual(model.items.slice(model.rank(lower!)))
          expect(plain(tree.items({ from: lower, reverse: true }))).toEqual(
            model.items.slice(0, model.rank(lower!)).toReversed(),
          )
        }
      },
    ),
    { numRuns: 100 },
  )
})
