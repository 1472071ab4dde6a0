import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DEFAULTS, resolveOptions } from './options.ts'

test('what is not given has its default', () => {
  expect(resolveOptions({})).toEqual(DEFAULTS)
  expect(resolveOptions({ leaseMs: undefined, maxPerOwner: 100 })).toEqual({ ...DEFAULTS, maxPerOwner: 100 })
})

test('a network of short lives has short defaults; a longer one that was asked for is a mistake', () => {
  expect(resolveOptions({ maxTtlMs: 1_000, maxLeaseMs: 500 })).toMatchObject({ defaultTtlMs: 1_000, leaseMs: 500 })
  expect(() => resolveOptions({ maxTtlMs: 1_000, defaultTtlMs: 1_001 })).toThrow(/defaultTtlMs is 1001, above maxTtlMs/)
  expect(() => resolveOptions({ maxLeaseMs: 1_000, leaseMs: 1_001 })).toThrow(/leaseMs is 1001, above maxLeaseMs/)
})

test.each([
  [{ network: 'No' }, /network is "No"/],
  [{ identity: 'both' as 'new' }, /identity is "both"/],
  [{ maxBodyBytes: 57_237 }, /maxBodyBytes is 57237, it takes an integer from 1 to 57,236/],
  [{ leaseMs: 0 }, /leaseMs is 0/],
  [{ maxPerOwner: 1.5 }, /maxPerOwner is 1.5/],
])('%j is refused, saying what it takes', (init, message) => {
  expect(() => resolveOptions(init)).toThrow(
    expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(message) as string }),
  )
})

test('the table of limits in the README is that of the code', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| +(\S+) +\|/gm)].map(([, name, value]) => [name, value])
  const expected = Object.entries(DEFAULTS).map(([name, value]) => [
    name,
    typeof value === 'number' ? value.toLocaleString('en') : `\`${value}\``,
  ])
  expect(rows).toEqual(expected)
})
