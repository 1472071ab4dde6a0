import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Text } from '../gen/message.js'
import { MAX_TEXT_BYTES, textCodec } from './text.ts'

const message = { text: 'hello', contentType: 'text/plain', sentMs: 1_795_255_017_895, nonce: new Uint8Array(16) }

test('a text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.uint8Array({ maxLength: 64 }), (text, sentMs, bytes) => {
      const given = { ...message, text, sentMs, nonce: new Uint8Array(bytes) }
      expect(textCodec.decode(textCodec.encode(given))).toEqual(given)
    }),
  )
})

test('the longest text of the widest characters fits; one byte more is refused', () => {
  expect(textCodec.decode(textCodec.encode({ ...message, text: '€'.repeat(10_922) })).text).toHaveLength(10_922)
  const longer = { ...message, text: 'x'.repeat(MAX_TEXT_BYTES + 1) }
  expect(() => textCodec.encode(longer)).toThrow('text is 32,769 bytes, the limit is 32,768')
  expect(() => textCodec.decode(Text.encode(longer))).toThrow('text is 32,769 bytes, the limit is 32,768')
})

test('without a content type it is plain text', () => {
  expect(textCodec.decode(Text.encode({ text: 'x' })).contentType).toBe('text/plain')
})

test.for(['nonsense', 'text/plain\r\nx: y', 'a/b; \u001b[2J', `a/${'b'.repeat(200)}`])(
  'a content type %j from a peer is refused',
  contentType => {
    expect(() => textCodec.decode(Text.encode({ ...message, contentType }))).toThrow('content type')
  },
)

test('a nonce longer than it needs to be is refused', () => {
  expect(() => textCodec.decode(Text.encode({ ...message, nonce: new Uint8Array(65) }))).toThrow('nonce is 65 bytes')
})

test('bytes that are not the message are refused, and never crash it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      expect(outcomeOf(bytes)).toMatch(/^(decoded|CodecError)$/)
    }),
  )
})

function outcomeOf(bytes: Uint8Array): string {
  try {
    textCodec.decode(bytes)
    return 'decoded'
  } catch (error) {
    return (error as Error).name
  }
}
