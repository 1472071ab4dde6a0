import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Offer } from '../gen/offers.js'
import { BODY_OVERHEAD_BYTES, decodeOfferBody, encodeOfferBody, isWhileOnline } from './offer-body.ts'
import type { OfferBody } from './offer-body.ts'

const bodies = fc.record({
  whileOnline: fc.boolean(),
  contentType: fc.string({ unit: 'grapheme-ascii', maxLength: 100 }),
  body: fc.uint8Array({ maxLength: 300 }),
})

test('it is what the generated code writes, and is read back', () => {
  fc.assert(
    fc.property(bodies, offer => {
      const bytes = encodeOfferBody(offer)
      expect(bytes).toEqual(Offer.encode({ ...offer, body: new Uint8Array(offer.body) }))
      expect(decodeOfferBody(bytes)).toEqual(offer)
      expect(isWhileOnline(bytes)).toBe(offer.whileOnline)
      expect(bytes.byteLength).toBeLessThanOrEqual(offer.body.byteLength + BODY_OVERHEAD_BYTES)
    }),
  )
})

test('whatever is read has one encoding: no two bodies mean the same', () => {
  const arbitrary = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    // almost right
    fc.tuple(bodies, fc.nat(), fc.nat(255)).map(([offer, at, byte]) => {
      const bytes = encodeOfferBody(offer)
      if (bytes.byteLength > 0) bytes[at % bytes.byteLength] = byte
      return bytes
    }),
  )
  fc.assert(
    fc.property(arbitrary, bytes => {
      const offer = decodedOrNone(bytes)
      fc.pre(offer !== undefined)
      expect(encodeOfferBody(offer)).toEqual(bytes)
    }),
    { numRuns: 2_000 },
  )
})

function decodedOrNone(bytes: Uint8Array): OfferBody | undefined {
  try {
    return decodeOfferBody(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

test.each([
  ['false, written', [0x08, 0x00], /not true/],
  ['an empty body, written', [0x1a, 0x00], /empty/],
  ['an unknown field', [0x20, 0x01], /unexpected byte at 0/],
  ['fields in another order', [0x1a, 0x01, 0x61, 0x08, 0x01], /unexpected byte at 3/],
  ['a length written longer than it need be', [0x1a, 0x81, 0x00, 0x61], /longer/],
  ['a body that is cut off', [0x1a, 0x05, 0x61], /cut off/],
  ['a length that is cut off', [0x1a, 0x81], /no length/],
  ['a content type that is not ASCII', [0x12, 0x02, 0xc3, 0xa9], /ASCII/],
  ['a content type that is not UTF-8', [0x12, 0x01, 0xff], /UTF-8/],
])('%s is refused', (_, bytes, reason) => {
  expect(() => decodeOfferBody(Uint8Array.from(bytes))).toThrow(reason)
})
