import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DEFAULTS } from './options.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the table of limits in the README is that of the code', () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` \| (\S+) \|/gm)].map(([, name, value]) => [name, value])
  const expected = Object.entries(DEFAULTS).map(([name, value]) => [
    name,
    typeof value === 'number' ? value.toLocaleString('en') : `\`${value}\``,
  ])
  expect(rows.slice(-expected.length)).toEqual(expected)
})
