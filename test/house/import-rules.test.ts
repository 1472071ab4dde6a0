import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
// inside the repository, so that the linter's own package is found
const house = mkdtempSync(join(import.meta.dirname, '.house-'))
cpSync(join(root, 'oxlint.config.ts'), join(house, 'oxlint.config.ts'))
afterAll(() => rmSync(house, { recursive: true, force: true }))

/** What the linter says of a file of this text, as if it were in the repository. */
function lint(path: string, text: string): { failed: boolean; output: string } {
  const file = join(house, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  const { status, stdout } = spawnSync('oxlint', ['--no-ignore', file], { cwd: house, encoding: 'utf8' })
  rmSync(file)
  return { failed: status !== 0, output: stdout }
}

const FORBIDDEN: Array<[what: string, path: string, text: string, says: RegExp]> = [
  [
    'an arrow that is not in the table',
    'packages/codec/src/a.ts',
    `export { direct } from '@stoa/direct'`,
    /@stoa\/codec may import no other room/,
  ],
  [
    'an arrow between siblings',
    'packages/direct/src/a.ts',
    `export { broadcast } from '@stoa/broadcast'`,
    /may import @stoa\/codec/,
  ],
  [
    'a path into another room',
    'packages/direct/src/a.ts',
    `export { x } from '../../codec/src/bytes.ts'`,
    /by its name/,
  ],
  [
    'libp2p itself in a protocol room',
    'packages/direct/src/a.ts',
    `export { createLibp2p } from 'libp2p'`,
    /narrow components/,
  ],
  ['node:* in a library room', 'packages/broadcast/src/a.ts', `export { readFile } from 'node:fs'`, /run in browsers/],
  [
    'the clock in a core',
    'packages/discovery/src/core/a.ts',
    `export const now = (): number => Date.now()`,
    /time as an argument/,
  ],
  [
    'randomness in a core',
    'packages/discovery/src/core/a.ts',
    `export const draw = (): number => Math.random()`,
    /randomness as an argument/,
  ],
  [
    'a timer in a core',
    'packages/discovery/src/core/a.ts',
    `export const later = (f: () => void): unknown => setTimeout(f, 1)`,
    /setTimeout/,
  ],
  [
    'libp2p types in a core',
    'packages/discovery/src/core/a.ts',
    `export type { PeerId } from '@libp2p/interface'`,
    /core\/ is pure/,
  ],
]

test.each(FORBIDDEN)('%s fails the linter', (_, path, text, says) => {
  const { failed, output } = lint(path, `${text}\n`)
  expect(output).toMatch(says)
  expect(failed).toBe(true)
})

const ALLOWED: Array<[what: string, path: string, text: string]> = [
  ['codec in direct', 'packages/direct/src/a.ts', `export { bytes } from '@stoa/codec'`],
  ['node:* behind an import condition', 'packages/stack/src/a.node.ts', `export { readFile } from 'node:fs'`],
  ['the testkit in a room’s tests', 'packages/direct/tests/a.ts', `export { until } from '@stoa/testkit'`],
]

test.each(ALLOWED)('%s passes', (_, path, text) => {
  expect(lint(path, `${text}\n`)).toMatchObject({ failed: false })
})
