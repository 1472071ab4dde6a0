import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { consoleBlocksOf } from './console-blocks.ts'
import { ShownValues } from './shown-values.ts'
import { Terminal } from './terminal.ts'

const root = join(import.meta.dirname, '../..')
const directory = mkdtempSync(join(tmpdir(), 'stoa-guide-'))
const opened = new AsyncDisposableStack()
afterAll(async () => {
  await opened.disposeAsync()
  rmSync(directory, { recursive: true, force: true })
})

/** All steps of the page, in its order, each in the terminal of whom it belongs to. Ids and addresses are those of this run. */
test('an offer is taken while its maker sleeps, as the guide says', { timeout: 240_000 }, async () => {
  const stoa = join(directory, 'stoa')
  writeFileSync(stoa, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'apps/node/src/main.ts')}" "$@"\n`)
  chmodSync(stoa, 0o755)
  const env = { PATH: `${directory}${delimiter}${process.env.PATH}`, HOME: process.env.HOME, TZ: 'UTC' }
  const values = new ShownValues()
  const terminals = new Map<string, Terminal>()
  const page = readFileSync(join(root, 'docs/guides/take-an-offer-while-its-maker-sleeps.md'), 'utf8')

  const blocks = consoleBlocksOf(page)
  for (const { terminal: name, steps } of blocks) {
    const terminal = terminals.get(name) ?? opened.use(new Terminal(name, { values, cwd: directory, env }))
    terminals.set(name, terminal)
    for (const step of steps) await terminal.run(step)
  }
  expect([...terminals.keys()]).toEqual(['carol', 'ann', 'bob'])
})
