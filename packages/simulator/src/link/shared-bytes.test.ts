import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SharedBytes } from './shared-bytes.ts'

const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 })
const lengthOf = (given: readonly Uint8Array[]) => given.reduce((sum, { byteLength }) => sum + byteLength, 0)

test('what comes out is what went in, however it was cut', () => {
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), many => {
      const shared = new SharedBytes()
      for (const given of many) {
        const bytes = shared.of(given, lengthOf(given))
        expect([...bytes]).toEqual(given.flatMap(part => [...part]))
      }
    }),
  )
})

test('equal bytes are the same bytes', () => {
  const shared = new SharedBytes()
  const body = new Uint8Array(2_048).map((_, index) => index)
  const first = shared.of([body], 2_048)
  expect(shared.of([body.subarray(0, 700), body.subarray(700)], 2_048)).toBe(first)
  expect(first.buffer.byteLength).toBe(2_048)
})

test('bytes that differ anywhere are others', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 1_000, size: 'max' }), fc.nat(), (body, somewhere) => {
      const shared = new SharedBytes()
      const other = body.slice()
      other[somewhere % body.byteLength]! ^= 1
      const [one, two] = [shared.of([body], body.byteLength), shared.of([other], other.byteLength)]
      expect([...one]).toEqual([...body])
      expect([...two]).toEqual([...other])
    }),
  )
})

test('a sender that writes to what it gave changes nothing that is under way', () => {
  const shared = new SharedBytes()
  const given = new Uint8Array(1_000).fill(1)
  const sent = shared.of([given], 1_000)
  given.fill(2)
  expect(sent.every(byte => byte === 1)).toBe(true)
})

test('only the latest are kept', () => {
  const shared = new SharedBytes()
  const numbered = (number: number) =>
    shared.of([new Uint8Array(600).fill(number & 0xff), Uint8Array.of(number >> 8)], 601)
  const first = numbered(0)
  for (let number = 1; number < 1_024; number++) numbered(number)
  expect(numbered(0)).toBe(first)
  numbered(1_024)
  expect(numbered(0)).not.toBe(first)
})

test('what is longer than a message has buffers of its own', () => {
  const shared = new SharedBytes()
  const long = new Uint8Array(200_000).fill(3)
  const sent = shared.of([long], long.byteLength)
  expect(sent).not.toBe(shared.of([long], long.byteLength))
  expect(Buffer.compare(sent, long)).toBe(0)
})
