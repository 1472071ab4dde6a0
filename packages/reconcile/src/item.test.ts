import { expect, test } from 'vitest'
import { ReconcileTree } from './reconcile-tree.ts'
import type { Bound } from './item.ts'

const ID = new Uint8Array(32).fill(1)
const badItem = expect.objectContaining({ name: 'ReconcileError', code: 'bad-item' })

test.each([-1, 0.5, 2 ** 53, Number.NaN, Infinity, -1n, 2n ** 64n - 1n, 2n ** 64n])(
  'no item has timestamp %s',
  timestamp => {
    const tree = new ReconcileTree()
    expect(() => tree.insert(timestamp, ID)).toThrow(badItem)
    expect(() => tree.delete(timestamp, ID)).toThrow(badItem)
    expect(() => tree.has(timestamp, ID)).toThrow(badItem)
  },
)

test.each([0, 31, 33])('no item has an id of %d bytes', length => {
  expect(() => new ReconcileTree().insert(1, new Uint8Array(length))).toThrow(badItem)
})

test.each<[string, Bound]>([
  ['a timestamp below 0', { timestamp: -1 }],
  ['a timestamp of 2^64', { timestamp: 2n ** 64n }],
  ['an id of 33 bytes', { timestamp: 1, id: new Uint8Array(33) }],
])('no bound has %s', (_, bound) => {
  expect(() => new ReconcileTree().fingerprint(bound)).toThrow(badItem)
  expect(() => new ReconcileTree().fingerprint(undefined, bound)).toThrow(badItem)
  expect(() => new ReconcileTree().rank(bound)).toThrow(badItem)
  expect(() => [...new ReconcileTree().items({ from: bound })]).toThrow(badItem)
})

test('timestamps are exact up to 2^64 - 2, numbers up to 2^53 - 1 and bigints above', () => {
  const timestamps = [0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 2n]
  const tree = new ReconcileTree()
  for (const timestamp of timestamps) tree.insert(timestamp, ID)
  expect(Array.from(tree.items(), item => item.timestamp)).toEqual(timestamps)
  expect(tree.insert(5n, ID)).toBe(true)
  expect(tree.insert(5, ID)).toBe(false)
})

test('the id is copied in and out', () => {
  const tree = new ReconcileTree()
  const id = Uint8Array.from(ID)
  tree.insert(1, id)
  id.fill(9)
  const [item] = tree.items()
  item!.id.fill(8)
  expect(tree.has(1, ID)).toBe(true)
})

test('the end is above every item', () => {
  const tree = new ReconcileTree()
  tree.insert(2n ** 64n - 2n, new Uint8Array(32).fill(255))
  expect(tree.rank({ timestamp: Infinity })).toBe(1)
  expect(tree.rank({ timestamp: 2n ** 64n - 1n })).toBe(1)
  expect(tree.fingerprint(undefined, { timestamp: Infinity })).toEqual(tree.fingerprint())
})
