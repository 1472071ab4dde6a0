import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { consoleBlocksOf } from './console-blocks.ts'
import { FIGURES, ShownValues } from './shown-values.ts'
import { Terminal } from './terminal.ts'

const root = join(import.meta.dirname, '../..')
const directory = mkdtempSync(join(tmpdir(), 'stoa-guide-'))
const opened = new AsyncDisposableStack()
afterAll(async () => {
  await opened.disposeAsync()
  rmSync(directory, { recursive: true, force: true })
})

/** All steps of the page, in its order. What was measured differs; what is printed around it does not. */
test('a network of three nodes is measured as the guide says', { timeout: 240_000 }, async () => {
  const stoa = join(directory, 'stoa')
  writeFileSync(stoa, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'apps/node/src/main.ts')}" "$@"\n`)
  chmodSync(stoa, 0o755)
  const path = `${directory}${delimiter}${process.env.PATH}`
  const env = { PATH: path, HOME: process.env.HOME, TZ: 'UTC', LANG: 'C.UTF-8' }
  const values = new ShownValues(FIGURES)
  const terminals = new Map<string, Terminal>()
  const page = readFileSync(join(root, 'docs/guides/measure-a-network.md'), 'utf8')

  for (const { terminal: name, steps } of consoleBlocksOf(page)) {
    const terminal = terminals.get(name) ?? opened.use(new Terminal(name, { values, cwd: directory, env }))
    terminals.set(name, terminal)
    for (const step of steps) await terminal.run(step)
  }
  expect([...terminals.keys()]).toEqual(['carol', 'bob', 'ann'])
})
