import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeInboxRow, encodeInboxRow } from './inbox-row.ts'
import { decodeOutboxRow, encodeOutboxRow } from './outbox-row.ts'
import { unwrapRow, wrapRow } from './sealed-row.ts'
import type { InboxRow } from './inbox-row.ts'
import type { OutboxRow } from './outbox-row.ts'

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const count = fc.maxSafeNat()
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const outboxRow: fc.Arbitrary<OutboxRow> = fc.record({
  key: hash,
  to: hash,
  contentType: fc.string(),
  sizeBytes: count,
  createdMs: count,
  expiresMs: count,
  bucket: count,
  devices: count,
  progress: fc.record({
    state: fc.constantFrom('queued', 'stored', 'delivered', 'expired', 'failed'),
    changedMs: count,
    attempts: count,
    nextMs: count,
    holders: fc.array(fc.string()),
    isHandedOver: fc.boolean(),
    isPublished: fc.boolean(),
    error: optional(fc.record({ code: fc.constant('unreachable' as const), message: fc.string() })),
    receipt: optional(fc.uint8Array({ minLength: 1 })),
    isReceiptOut: fc.boolean(),
  }),
})
const inboxRow: fc.Arbitrary<InboxRow> = fc.record({
  key: hash,
  from: optional(hash),
  message: hash,
  receipt: fc.uint8Array(),
  createdMs: count,
  expiresMs: count,
  receivedMs: count,
  bucket: count,
  reading: fc.record({
    state: fc.constantFrom('unread', 'acknowledged', 'cleared'),
    isReceiptOut: fc.boolean(),
  }),
})

test('rows are read as they were written', () => {
  fc.assert(
    fc.property(outboxRow, row => {
      expect(decodeOutboxRow(row.key, encodeOutboxRow(row))).toEqual(row)
    }),
  )
  fc.assert(
    fc.property(inboxRow, row => {
      expect(decodeInboxRow(row.key, encodeInboxRow(row))).toEqual(row)
    }),
  )
})

test('a row is not taken when one bit of it or of its key is another, or some of it is missing', () => {
  fc.assert(
    fc.property(hash, fc.uint8Array({ maxLength: 100 }), fc.nat(), fc.nat(7), (key, content, at, bit) => {
      const row = wrapRow(key, content)
      expect(unwrapRow(key, row)).toEqual(content)
      const turn = (bytes: Uint8Array): Uint8Array =>
        bytes.with(at % bytes.length, bytes[at % bytes.length]! ^ (1 << bit))
      expect(unwrapRow(key, turn(row))).toBeUndefined()
      expect(unwrapRow(turn(key), row)).toBeUndefined()
      expect(unwrapRow(key, row.subarray(0, at % row.length))).toBeUndefined()
    }),
  )
})

test('what is no row fails', () => {
  for (const text of ['', '[]', 'null', '{}', '{"state":"unread"}', 'x']) {
    const content = new TextEncoder().encode(text)
    expect(() => decodeInboxRow(new Uint8Array(32), content)).toThrow(/is no|not a row|JSON|state/)
    expect(() => decodeOutboxRow(new Uint8Array(32), content)).toThrow(/is no|not a row|JSON|state/)
  }
})
