import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksOf } from '../../scripts/example-blocks.ts'

const root = join(import.meta.dirname, '../..')
// here, so that the packages are found by name
mkdirSync(join(import.meta.dirname, '.compiled'), { recursive: true })
const directory = mkdtempSync(join(import.meta.dirname, '.compiled/guide-'))

beforeAll(() => {
  for (const { name, code } of blocksOf(readFileSync(join(root, 'docs/guides/offers.md'), 'utf8')))
    writeFileSync(join(directory, name), code)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('the guide’s reader sees the offer, and that its maker was killed', async () => {
  const maker = run('maker.ts')
  const [address] = (await once(createInterface(maker.stdout), 'line')) as [string]
  const reader = run('reader.ts', address)
  try {
    const lines: string[] = []
    for await (const line of createInterface(reader.stdout)) {
      lines.push(line)
      if (line === 'added: 0.5 for 71250, live' || line.startsWith('live:')) maker.kill('SIGKILL')
    }
    expect(lines.slice(-3)).toEqual(['stale: 0.5 for 71250, stale', 'sell of Ed25519 owner: 71250, stale', '0 live'])
  } finally {
    maker.kill('SIGKILL')
    reader.kill('SIGKILL')
  }
})

function run(file: string, ...args: string[]) {
  return spawn(process.execPath, [join(directory, file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}
