import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, text } from './bytes.ts'

test('bytes come back as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array(), value => {
      expect(bytes.decode(bytes.encode(value))).toEqual(value)
    }),
  )
})

test('decoded bytes own their memory, even when they came in a Node Buffer, whose slice() is a view', () => {
  const arrived = Buffer.from([1, 2, 3])
  const value = bytes.decode(arrived)
  arrived.fill(0)
  expect(value).toEqual(Uint8Array.of(1, 2, 3))
})

const character = fc.integer({ min: 0, max: 0x10f7ff }).map(n => String.fromCodePoint(n < 0xd800 ? n : n + 0x800))

test('every string that has a UTF-8 form comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: character }), value => {
      expect(text.decode(text.encode(value))).toBe(value)
    }),
  )
})

test('a byte order mark is part of the text', () => {
  expect(text.decode(text.encode('\ufeffa'))).toBe('\ufeffa')
})

test('a lone surrogate is refused, not replaced', () => {
  expect(() => text.encode('a\ud800')).toThrow(expect.objectContaining({ code: 'malformed', retryable: false }))
})

test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xe2, 0x82]]])('bytes %j are not UTF-8', encoded => {
  expect(() => text.decode(Uint8Array.from(encoded))).toThrow(expect.objectContaining({ code: 'malformed' }))
})
