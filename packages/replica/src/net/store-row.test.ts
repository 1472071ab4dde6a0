import fc from 'fast-check'
import { expect, test } from 'vitest'
import { itemIdOf } from '../core/item-id.ts'
import { decodeRow, encodeRow } from './store-row.ts'
import type { EntryMeta, Stamp } from '../core/entry.ts'

const allocate = (bytes: number): Uint8Array => new Uint8Array(bytes)
const integer = fc.maxSafeNat()
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const stamp: fc.Arbitrary<Stamp> = fc.record({
  sizeClass: fc.integer({ min: 8, max: 17 }),
  fromMs: integer,
  untilMs: integer,
  nonce: bytes(8),
  hash: bytes(32),
  bits: fc.integer({ min: 0, max: 255 }),
})
const meta: fc.Arbitrary<EntryMeta> = fc
  .record({
    key: bytes(32),
    id: bytes(32),
    group: fc.string({ unit: 'grapheme', maxLength: 64 }),
    seq: integer,
    isFinal: fc.boolean(),
    createdMs: integer,
    expiresMs: integer,
    holdsMs: integer,
    mark: fc.integer({ min: 0, max: 255 }),
    sizeBytes: fc.integer({ min: 0, max: 61_440 }),
    stamp: fc.option(stamp, { nil: undefined }),
    isOwn: fc.boolean(),
  })
  .map(fields => ({ ...fields, itemId: itemIdOf(fields.id, fields.stamp) }))

test('a row comes back as it was', () => {
  fc.assert(
    fc.property(meta, given => {
      expect(decodeRow(given.key, encodeRow(given, allocate))).toEqual(given)
    }),
  )
})

test('a row with any bit changed, cut short, or under another key is damaged', () => {
  fc.assert(
    fc.property(meta, fc.nat(), fc.integer({ min: 0, max: 7 }), (given, at, bit) => {
      const row = encodeRow(given, allocate)
      const flipped = row.slice()
      flipped[at % row.length]! ^= 1 << bit
      expect(decodeRow(given.key, flipped)).toBeUndefined()
      expect(decodeRow(given.key, row.subarray(0, at % row.length))).toBeUndefined()
      const other = given.key.slice()
      other[at % 32]! ^= 1 << bit
      expect(decodeRow(other, row)).toBeUndefined()
    }),
  )
})
