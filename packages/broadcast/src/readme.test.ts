import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DEFAULTS } from './options.ts'

test('the table of limits in the README is that of the code', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| +(\S+) +\|/gm)].map(([, name, value]) => [name, value])
  const { gossipsub: _, ...defaults } = DEFAULTS
  const expected = Object.entries(defaults).map(([name, value]) => [
    name,
    typeof value === 'number' ? value.toLocaleString('en') : `\`${value}\``,
  ])
  expect(rows).toEqual(expected)
})
