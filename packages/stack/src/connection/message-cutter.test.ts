import { assert, array, integer, property, record, uint8Array } from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { expect, test } from 'vitest'
import { MessageCutter } from './message-cutter.ts'

const CHUNK_BYTES = 65_536

test('however the bytes are cut into chunks, the same messages come out', () => {
  const given = record({
    messages: array(uint8Array({ maxLength: 300 }), { maxLength: 20 }),
    cuts: array(integer({ min: 0, max: 6_000 }), { maxLength: 30 }),
  })
  assert(
    property(given, ({ messages, cuts }) => {
      const bytes = Buffer.concat(messages.map(prefixed))
      const edges = [0, ...cuts.filter(cut => cut < bytes.byteLength).toSorted((a, b) => a - b), bytes.byteLength]
      const cutter = new MessageCutter(new Uint8ArrayList(), () => true)
      const out = edges.slice(1).flatMap((end, index) => decoded(cutter, bytes.subarray(edges[index], end)))
      expect(out).toEqual(messages.filter(message => message.byteLength > 0).map(message => [...message]))
      expect(cutter.buffer.byteLength).toBe(0)
    }),
  )
})

test('a message that had begun to arrive goes on', () => {
  const cutter = new MessageCutter(new Uint8ArrayList(Uint8Array.of(0, 3, 1)), () => true)
  expect(decoded(cutter, Uint8Array.of(2, 3, 0))).toEqual([[1, 2, 3]])
  expect(decoded(cutter, Uint8Array.of(1, 9))).toEqual([[9]])
})

test('a chunk is given back when all of it was used, and not before', () => {
  const bytes = Buffer.concat([prefixed(new Uint8Array(60_000).fill(1)), prefixed(new Uint8Array(60_000).fill(2))])
  const first = new Uint8Array(bytes.subarray(0, CHUNK_BYTES))
  const second = new Uint8Array(bytes.subarray(CHUNK_BYTES))
  const cutter = new MessageCutter(new Uint8ArrayList(), () => true)
  expect(decoded(cutter, first)).toHaveLength(1)
  expect(first.byteLength).toBe(CHUNK_BYTES)
  expect(decoded(cutter, second)[0]).toEqual(Array.from({ length: 60_000 }, () => 2))
  expect(first.byteLength).toBe(0)
  expect(second.byteLength).toBe(0)
})

test('chunks that others look at are left alone', () => {
  const chunk = new Uint8Array(prefixed(new Uint8Array(60_000)))
  const cutter = new MessageCutter(new Uint8ArrayList(), () => false)
  expect(decoded(cutter, chunk)).toHaveLength(1)
  expect(chunk.byteLength).toBe(60_002)
})

test('a part of a larger buffer is left alone', () => {
  const whole = new Uint8Array(100_000)
  whole.set(prefixed(new Uint8Array(60_000)))
  const cutter = new MessageCutter(new Uint8ArrayList(), () => true)
  expect(decoded(cutter, whole.subarray(0, 60_002))).toHaveLength(1)
  expect(whole.byteLength).toBe(100_000)
})

function prefixed(message: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(message.byteLength >> 8, message.byteLength), message])
}

function decoded(cutter: MessageCutter, chunk: Uint8Array): number[][] {
  const messages: number[][] = []
  // copied before the next one is taken, as the caller must
  for (const message of cutter.decode(chunk)) messages.push([...message.subarray()])
  return messages
}
