import { assert, array, dictionary, property, string, stringMatching } from 'fast-check'
import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'
import { parseBootstrap } from './bootstrap.ts'

test('words, names and quoted values', () => {
  const { words, named } = parseArguments('AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/run/my \\"tor\\"/cookie" more')
  expect(words).toEqual(['AUTH', 'more'])
  expect(Object.fromEntries(named)).toEqual({ METHODS: 'COOKIE,SAFECOOKIE', COOKIEFILE: '/run/my "tor"/cookie' })
})

test('octal escapes are bytes of UTF-8', () => {
  expect(parseArguments('X="N\\303\\244me"').named.get('X')).toBe('Näme')
})

test('what was quoted comes out as it was', () => {
  const name = stringMatching(/^[A-Z][A-Z_]{0,10}$/)
  assert(
    property(dictionary(name, string({ unit: 'grapheme', maxLength: 30 })), array(name), (values, words) => {
      const quoted = Object.entries(values).map(
        ([key, value]) => `${key}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
      )
      const parsed = parseArguments([...words, ...quoted].join(' '))
      expect(Object.fromEntries(parsed.named)).toEqual({ ...values })
      expect(parsed.words).toEqual(words)
    }),
  )
})

test('whatever it is given, it ends', () => {
  assert(property(string({ maxLength: 300 }), text => void parseArguments(text)))
  expect(parseArguments(`X="${'\\'.repeat(16_000)}`).named.size).toBeLessThan(2)
})

test('how far Tor is, and why it does not come on', () => {
  expect(
    parseBootstrap('NOTICE BOOTSTRAP PROGRESS=45 TAG=requesting_descriptors SUMMARY="Asking for relay descriptors"'),
  ).toEqual({
    percent: 45,
    summary: 'Asking for relay descriptors',
  })
  const stuck =
    'WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting" WARNING="Network is unreachable" REASON=NOROUTE COUNT=1 RECOMMENDATION=warn'
  expect(parseBootstrap(stuck)).toEqual({ percent: 5, summary: 'Connecting', warning: 'Network is unreachable' })
})

test.each([
  'NOTICE CIRCUIT_ESTABLISHED',
  'NOTICE BOOTSTRAP PROGRESS=101 SUMMARY="x"',
  'NOTICE BOOTSTRAP PROGRESS=x',
  '',
])('%j says nothing of it', text => {
  expect(parseBootstrap(text)).toBeUndefined()
})
