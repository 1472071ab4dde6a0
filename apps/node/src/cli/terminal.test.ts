import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLine, printable, printableLines, table } from './terminal.ts'

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
const text = fc.string({ unit: 'binary' })

test('what a peer sends cannot command the terminal', () => {
  expect(printable('\u001b]0;title\u0007 \u009b2J \u202egnp.exe\r')).toBe(
    '\\u001b]0;title\\u0007 \\u009b2J \\u202egnp.exe\\u000d',
  )
})

test('ordinary text of any language stays as it is', () => {
  const greeting = 'Grüße, 你好, שלום, مرحبا, 👋🏽'
  expect(printable(greeting)).toBe(greeting)
})

test('nothing that is printed holds a control character, whatever came in', () => {
  fc.assert(
    fc.property(text, given => {
      expect(printable(given)).not.toMatch(/\n/)
      expect(printable(given)).not.toMatch(CONTROL)
      expect(printableLines(given)).not.toMatch(CONTROL)
      expect(jsonLine({ given })).not.toMatch(CONTROL)
    }),
  )
})

test('JSON means the same with its characters escaped', () => {
  fc.assert(
    fc.property(text, given => {
      expect(JSON.parse(jsonLine({ given }))).toEqual({ given })
    }),
  )
})

test('the lines of a text are set off, so that none can pass for another message', () => {
  expect(printableLines('one\n12:00:00  + me connected\r\nthree')).toBe('one\n    12:00:00  + me connected\n    three')
})

test('a table has columns', () => {
  expect(
    table([
      ['PEER', 'SINCE'],
      ['a\tb', '1 s'],
    ]),
  ).toBe('PEER      SINCE\na\\u0009b  1 s')
})
