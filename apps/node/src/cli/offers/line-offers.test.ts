import { expect, test } from 'vitest'
import { LineOffers } from './line-offers.ts'

function line(text: string | Buffer, number = 1) {
  const bytes = Buffer.from(text)
  return { number, bytes, length: bytes.byteLength }
}

test('a line is offered as it is, under a name that is the same each time', () => {
  const text = '{"currency": "EUR",  "price": 7 }'
  const made = new LineOffers({ field: 'currency' }, 5_000).make(line(text, 3))
  expect(made).toEqual({
    number: 3,
    offer: { market: 'eur', name: expect.any(String), text, contentType: 'application/json', ttlMs: 5_000 },
  })
  expect(new LineOffers({ field: 'currency' }, 5_000).make(line(text, 3))).toEqual(made)
})

test('equal lines are offers of their own, and have the same names each time', () => {
  const names = () => {
    const offers = new LineOffers({ market: 'm' })
    return ['{"a":1}', '{"a":2}', '{"a":1}', '{"a":1}'].map(text => {
      const made = offers.make(line(text))
      return 'offer' in made && made.offer.name
    })
  }
  const [a, b, a2, a3] = names()
  expect(new Set([a, b, a2, a3]).size).toBe(4)
  expect([a2, a3]).toEqual([`${a}.2`, `${a}.3`])
  expect(names()).toEqual([a, b, a2, a3])
})

test.for<[string, { market: string } | { field: string }, string | Buffer | number, string]>([
  ['text', { market: 'm' }, 'hello', 'it is not JSON: Unexpected token'],
  ['a number', { market: 'm' }, '7', 'it is not a JSON object'],
  ['an array', { market: 'm' }, '[]', 'it is not a JSON object'],
  ['nothing', { market: 'm' }, 'null', 'it is not a JSON object'],
  ['other bytes', { market: 'm' }, Buffer.from([0x7b, 0xff, 0x7d]), 'it is not UTF-8'],
  ['no such field', { field: 'currency' }, '{}', 'it has no field "currency"'],
  ['a field that all objects have', { field: 'constructor' }, '{}', 'it has no field "constructor"'],
  ['too much', { market: 'm' }, 20_000, 'it is 20,000 bytes, the limit is 16,384'],
])('%s is refused', ([, market, input, message]) => {
  const made = new LineOffers(market).make(
    typeof input === 'number' ? { number: 1, bytes: undefined, length: input } : line(input),
  )
  expect(made).toEqual({ message: expect.stringContaining(message) })
})
