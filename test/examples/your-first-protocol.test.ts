import { once } from 'node:events'
import { spawn, spawnSync } from 'node:child_process'
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
  for (const { name, code } of blocksOf(readFileSync(join(root, 'docs/guides/your-first-protocol.md'), 'utf8')))
    writeFileSync(join(directory, name), code)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('the guide’s maker answers and refuses its taker as the page says', async () => {
  const maker = spawn(process.execPath, [join(directory, 'maker.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [address] = (await once(createInterface(maker.stdout), 'line')) as [string]
    const taker = (...market: string[]): string =>
      spawnSync(process.execPath, [join(directory, 'taker.ts'), address, ...market], {
        encoding: 'utf8',
        timeout: 30_000,
      }).stdout.trim()

    expect(taker()).toBe('btc-eur: 71250')
    expect(taker('btc-xmr')).toBe(
      'refused, try again: /my-app/quotes/1.0.0: the peer answered refused: no quotes for btc-xmr',
    )
  } finally {
    maker.kill()
    await once(maker, 'exit')
  }
})
