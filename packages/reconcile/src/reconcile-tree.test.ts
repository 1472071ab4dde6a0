import { createHash } from 'node:crypto'
import { random } from '@stoa/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestWith } from './digest.ts'
import { digest as nodeDigest } from './platform.node.ts'
import { digest as browserDigest } from './platform.ts'
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

test('a large tree that grows and shrinks keeps its counts, sums and order', () => {
  const source = random('grow and shrink')
  const ids = source.bytes(32 * 20_000)
  const items = Array.from({ length: 20_000 }, (_, index) => ({
    timestamp: source.int(0, 5_000),
    id: ids.subarray(index * 32, (index + 1) * 32),
  }))
  const tree = new ReconcileTree()
  const isWhole = (held: Item[]): void => {
    const model = new Model()
    model.items = held.map(({ timestamp, id }) => ({ timestamp: BigInt(timestamp), id: hex(id) })).sort(order)
    expect(tree.size).toBe(held.length)
    expect(plain(tree.items())).toEqual(model.items)
    expect(hex(tree.fingerprint())).toBe(model.fingerprint())
    const bounds = [{ timestamp: 1_000 }, { timestamp: 4_000, id: Uint8Array.of(128) }] as const
    expect(hex(tree.fingerprint(...bounds))).toBe(model.fingerprint(...bounds))
  }
  for (const { timestamp, id } of items) tree.insert(timestamp, id)
  isWhole(items)
  const leaving = source.shuffle(items)
  for (const { timestamp, id } of leaving.splice(0, 15_000)) expect(tree.delete(timestamp, id)).toBe(true)
  isWhole(leaving)
  // as expiry does it: the oldest first
  leaving.sort((a, b) => a.timestamp - b.timestamp)
  for (const { timestamp, id } of leaving.splice(0, 4_900)) expect(tree.delete(timestamp, id)).toBe(true)
  isWhole(leaving)
  for (const { timestamp, id } of leaving) tree.delete(timestamp, id)
  isWhole([])
  for (const { timestamp, id } of items) tree.insert(timestamp, id)
  isWhole(items)
})

test('an iteration goes on from its place when the set changes meanwhile', () => {
  const idAt = (timestamp: number) => new Uint8Array(32).fill(timestamp)
  for (const reverse of [false, true]) {
    const tree = new ReconcileTree()
    for (let timestamp = 10; timestamp <= 50; timestamp += 10) tree.insert(timestamp, idAt(timestamp))
    const seen: Array<number | bigint> = []
    for (const { timestamp } of tree.items({ reverse })) {
      seen.push(timestamp)
      if (timestamp !== 30) continue
      tree.delete(30, idAt(30))
      tree.delete(reverse ? 20 : 40, idAt(reverse ? 20 : 40))
      for (const late of [5, 25, 35, 55]) tree.insert(late, idAt(late))
    }
    expect(seen).toEqual(reverse ? [50, 40, 30, 25, 10, 5] : [10, 20, 30, 35, 50, 55])
  }
})

test('fingerprints are the same on every platform, and with a SHA-256 of one’s own', () => {
  const ownSha256 = (input: Uint8Array) => createHash('sha256').update(input).digest()
  const input = random('platforms').bytes(34)
  const outputs = [browserDigest, nodeDigest, digestWith(ownSha256)].map(digest => {
    const output = new Uint8Array(20)
    digest(input, output, 2)
    return hex(output)
  })
  expect(outputs).toEqual(Array.from({ length: 3 }, () => `0000${hex(ownSha256(input)).slice(0, 32)}0000`))

  const [tree, own] = [new ReconcileTree(), new ReconcileTree({ sha256: ownSha256 })]
  for (const each of [tree, own]) each.insert(1, input.subarray(0, 32))
  expect(own.fingerprint()).toEqual(tree.fingerprint())
})
