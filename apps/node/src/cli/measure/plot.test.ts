import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isUnicodeTerminal, plot } from './plot.ts'

const ms = (value: number): string => `${value.toFixed(1)} ms`
/** A hundred times, one a millisecond. */
const EVEN = Array.from({ length: 100 }, (_, index) => [index + 1, (index + 1) / 100] as const)

test('what arrived evenly is a straight line from nothing to everything', () => {
  expect(`\n${plot(EVEN, { columns: 60, isUnicode: true, show: ms }).join('\n')}\n`).toBe(`
100 % ┤                                               ▁▃▄▆█
      │                                          ▁▃▄▆██████
      │                                     ▂▄▄▆███████████
      │                                ▂▄▅▇████████████████
      │                           ▂▄▅▇█████████████████████
 50 % ┤                     ▁▃▄▆███████████████████████████
      │                ▁▃▄▆████████████████████████████████
      │           ▂▄▄▆█████████████████████████████████████
      │      ▂▄▅▇██████████████████████████████████████████
      │ ▂▄▅▇███████████████████████████████████████████████
      └────────────────────────────────────────────────────
       0                     50.0 ms               100.0 ms
`)
})

test('a few that took long do not press the others together', () => {
  const withTail = [...EVEN.slice(0, 99), [5_000, 1] as const]
  const lines = plot(withTail, { columns: 60, isUnicode: true, show: ms })
  expect(lines.at(-2)).toMatch(/108\.9 ms$/)
  expect(lines.at(-1)!.trim()).toBe('the last 1 % took up to 5000.0 ms')
})

test('times of different magnitude have an axis of equal factors', () => {
  const wide = Array.from({ length: 100 }, (_, index) => [2 ** (index / 10), (index + 1) / 100] as const)
  const lines = plot(wide, { columns: 60, isUnicode: true, show: ms })
  expect(lines.at(-1)).toMatch(/^ {7}1\.0 ms +30\.9 ms +955\.4 ms$/)
  // a straight line again
  expect(lines[5]!.indexOf('█')).toBeGreaterThan(7 + 20)
  expect(lines[5]!.indexOf('█')).toBeLessThan(7 + 32)
})

test('nothing is no plot, and one time alone is one', () => {
  expect(plot([], { columns: 80, isUnicode: true, show: ms })).toEqual([])
  expect(plot([[3, 1]], { columns: 80, isUnicode: true, show: ms })[0]).toBe(`100 % ┤${' '.repeat(71)}█`)
  expect(plot([[0, 1]], { columns: 80, isUnicode: true, show: ms })[0]).toBe(`100 % ┤${'█'.repeat(72)}`)
})

test('no line is wider than the terminal, and columns only rise', () => {
  const points = fc
    .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 101 })
    .map(values =>
      values.sort((a, b) => a - b).map((value, index, { length }) => [value, (index + 1) / length] as const),
    )
  fc.assert(
    fc.property(points, fc.integer({ min: 40, max: 300 }), fc.boolean(), (values, columns, isUnicode) => {
      const lines = plot(values, { columns, isUnicode, show: ms })
      for (const line of lines) expect(line.length).toBeLessThan(columns)
      expect(lines.join('')).toMatch(isUnicode ? /^[ -~▁-█┤│└─]*$/ : /^[ -~]*$/)
      const full = isUnicode ? '█' : '#'
      for (const line of lines.slice(0, 10)) expect(line.slice(7).indexOf(full)).toBe(line.slice(7).search(/[█#]/))
      // at the right end is everything
      for (const line of lines.slice(1, 9)) expect(line.endsWith(full)).toBe(true)
    }),
  )
})

test.for([
  [{ LANG: 'en_GB.UTF-8' }, true],
  [{ LANG: 'C.utf8' }, true],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, false],
  [{ LANG: 'C', LC_CTYPE: 'de_DE.UTF-8' }, true],
  [{ LANG: 'en_GB.UTF-8', TERM: 'linux' }, false],
  [{}, false],
] as const)('%o is a terminal with block characters: %s', ([env, is]) => {
  expect(isUnicodeTerminal(env, 'linux')).toBe(is)
})

test('the terminal of Windows shows them without a locale', () => {
  expect(isUnicodeTerminal({ WT_SESSION: '1' }, 'win32')).toBe(true)
  expect(isUnicodeTerminal({}, 'win32')).toBe(false)
})
