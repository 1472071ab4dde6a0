import fc from 'fast-check'
import { expect, test } from 'vitest'
import { text } from './bytes.ts'
import { DEFAULT_JSON_MAX_DEPTH, json } from './json.ts'

const code = (expected: string) => expect.objectContaining({ name: 'CodecError', code: expected })

test('every JSON value comes back as JSON.parse would give it', () => {
  const codec = json<unknown>({ maxDepth: 1_000 })
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(codec.decode(codec.encode(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('nesting is counted as the value has it, whatever its strings contain', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
  const brackets = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a', 'é') })
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), brackets, (inner, string) => {
      const value = [{ [string]: string, inner }]
      const depth = depthOf(value)
      expect(json({ maxDepth: depth }).decode(text.encode(JSON.stringify(value)))).toEqual(
        JSON.parse(JSON.stringify(value)),
      )
      expect(() => json({ maxDepth: depth - 1 }).decode(text.encode(JSON.stringify(value)))).toThrow(code('limit'))
    }),
    { numRuns: 30 },
  )
})

test('a value that could not be decoded is not encoded either', () => {
  let value: unknown = []
  for (let depth = 1; depth < DEFAULT_JSON_MAX_DEPTH; depth++) value = [value]
  const codec = json<unknown>()
  expect(codec.decode(codec.encode(value))).toEqual(value)
  expect(() => codec.encode([value])).toThrow(code('limit'))
  expect(() => json({ maxBytes: 10 }).encode('123456789')).toThrow(code('too-large'))
})

test('a million brackets are refused before they are parsed', () => {
  expect(() => json().decode(new Uint8Array(1_000_000).fill(0x5b))).toThrow(code('limit'))
})

test('size is checked first', () => {
  const codec = json({ maxBytes: 4 })
  expect(codec.decode(text.encode('1234'))).toBe(1234)
  expect(() => codec.decode(text.encode('12345'))).toThrow(/is 5 bytes, the limit is 4/)
})

test.each(['', '{', '01', '{"a":1}x', '\ufeff1', 'undefined'])('%j is not JSON', string => {
  expect(() => json().decode(text.encode(string))).toThrow(code('malformed'))
})

test('bytes that are not UTF-8 are malformed', () => {
  expect(() => json().decode(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(code('malformed'))
})

test('what has no JSON form is malformed', () => {
  const cycle: unknown[] = []
  cycle.push(cycle)
  for (const value of [undefined, () => 1, 1n, cycle]) {
    expect(() => json<unknown>().encode(value)).toThrow(code('malformed'))
  }
})

test('check parses what arrived, and what it throws is a malformed value', () => {
  const codec = json({
    check: value => {
      if (typeof value !== 'number') throw new TypeError('a number is wanted')
      return value
    },
  })
  expect(codec.decode(text.encode('3'))).toBe(3)
  expect(() => codec.decode(text.encode('"3"'))).toThrow(code('malformed'))
})

test('__proto__ is a key like any other', () => {
  const value = json<object>().decode(text.encode('{"__proto__":{"admin":true}}'))
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect('admin' in value).toBe(false)
})
