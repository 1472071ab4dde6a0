import { expect, test } from 'vitest'
import { consoleBlocksOf } from './console-blocks.ts'
import { FIGURES, ShownValues } from './shown-values.ts'

const PEER = `12D3KooW${'a'.repeat(44)}`
const OTHER = `12D3KooW${'b'.repeat(44)}`
const ID = 'ab'.repeat(32)
const ACTUAL = 'cd'.repeat(32)

test('a page is read terminal by terminal, command by command', () => {
  const page =
    '```console ann\nfirst\n$ one\n…\n```\ntext\n```ts\nx\n```\n```console bob\n$ two &\n$ three\n3\n4\n```\n'
  expect(consoleBlocksOf(page)).toEqual([
    {
      terminal: 'ann',
      steps: [
        { command: undefined, output: ['first'] },
        { command: 'one', output: ['…'] },
      ],
    },
    {
      terminal: 'bob',
      steps: [
        { command: 'two &', output: [] },
        { command: 'three', output: ['3', '4'] },
      ],
    },
  ])
})

test('a value of the page stands for one of the run, wherever it comes again', () => {
  const values = new ShownValues()
  expect(() => values.inCommand(`stoa mail read ${ID}`)).toThrow('was never printed')
  expect(values.matches(`${ID}  stored on 1 peer`, `${ACTUAL}  stored on 2 peers`)).toBe(false)
  expect(values.matches(`${ID}  stored on 1 peer`, `${ACTUAL}  stored on 1 peer`)).toBe(true)
  expect(values.inCommand(`stoa mail read ${ID.slice(0, 16)}`)).toBe(`stoa mail read ${ACTUAL.slice(0, 16)}`)
  expect(values.matches(`id ${ID.slice(0, 16)}`, `id ${ACTUAL.slice(0, 16)}`)).toBe(true)
  expect(values.matches(`id ${ID}`, `id ${ID}`)).toBe(false)
})

test('an address is known by its parts', () => {
  const values = new ShownValues()
  expect(
    values.matches(`addresses  /ip4/127.0.0.1/tcp/1/p2p/${PEER}`, `addresses  /ip4/127.0.0.1/tcp/99/p2p/${OTHER}`),
  ).toBe(true)
  expect(values.inCommand(`stoa ping ${PEER}`)).toBe(`stoa ping ${OTHER}`)
})

test('two values of the page cannot stand for one of the run', () => {
  const values = new ShownValues()
  values.matches(PEER, OTHER)
  expect(() => values.matches(`12D3KooW${'c'.repeat(44)}`, OTHER)).toThrow('for what is both')
})

test('times, ages and widths may differ, and nothing else', () => {
  const values = new ShownValues()
  expect(values.matches('10:00:00  letter  3 s ago  x…y', '23:59:59  letter      14 min ago   x and y')).toBe(true)
  expect(values.matches('letter', 'letters')).toBe(false)
  expect(values.matches('a.c', 'abc')).toBe(false)
})

test('figures differ, and what is said of them does not', () => {
  const values = new ShownValues(FIGURES)
  expect(values.matches('delay  3.6 ms  6.0 ms', 'delay  412 ms  12.3 s')).toBe(true)
  expect(values.matches('delay  3.6 ms  6.0 ms', 'delay  3.6 ms')).toBe(false)
  expect(values.matches('duplicates  0.94 for each probe', 'duplicates  1.20 for each probe')).toBe(true)
  expect(values.matches('bytes  2,293 for each probe', 'bytes  980 for each message')).toBe(false)
  expect(values.matches(' 50 % ┤   ▄██', ' 50 % ┤ ▂█')).toBe(true)
  expect(values.matches(' 50 % ┤   ▄██', '100 % ┤ ▂█')).toBe(false)
  expect(values.matches('       0      10.7 ms   21.3 ms', '       1.7 ms  20.0 ms  231 ms')).toBe(true)
  expect(new ShownValues().matches('delay  3.6 ms', 'delay  3.7 ms')).toBe(false)
})
