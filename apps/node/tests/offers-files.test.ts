import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { until } from '@stoa/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CommandProcess, NodeProcess, temporaryDirectory } from './processes.ts'

const LINES = 2_500
const opened = new AsyncDisposableStack()
let root = ''
let ann: NodeProcess
let carol: NodeProcess
let file = ''

function line(index: number): string {
  return JSON.stringify({ currency: index % 3 === 0 ? 'EUR' : 'Gold Ounce', price: index })
}

beforeAll(async () => {
  root = opened.use(await temporaryDirectory()).path
  // two that never meet
  ann = opened.use(await NodeProcess.start(join(root, 'ann')))
  carol = opened.use(await NodeProcess.start(join(root, 'carol')))
  file = join(root, 'offers.jsonl')
  const lines = Array.from({ length: LINES }, (_, index) => line(index))
  lines.splice(
    7,
    0,
    'no JSON',
    '',
    '{"price":1}',
    '{"currency":"€"}',
    JSON.stringify({ currency: 'EUR', x: 'x'.repeat(20_000) }),
  )
  await writeFile(file, `${lines.join('\r\n')}\r\n`)
})
afterAll(() => opened.disposeAsync())

test('an import that is interrupted goes on where it was', async () => {
  const content = await readFile(file)
  const args = ['offers', 'import', '-', '--market-field', 'currency', '--data', ann.data]
  await using command = new CommandProcess(args)
  // the rest never comes
  command.child.stdin!.write(content.subarray(0, content.byteLength - 20_000))
  await until(async () => ((await ann.json(['status'])).replicas as Array<{ live: number }>)[0]!.live >= 1_000, {
    what: 'the first thousand offers',
  })
  command.child.kill('SIGINT')
  const { code, stdout } = await command.done
  expect(code).toBe(130)
  expect(stdout).toMatch(
    /^[\d,]+ lines: [\d,]+ published, 4 skipped; interrupted, the same command goes on from here\n$/,
  )
  const first = Number(/lines: ([\d,]+) published/.exec(stdout)![1]!.replaceAll(',', ''))
  expect(first).toBeGreaterThanOrEqual(1_000)
  expect(first).toBeLessThan(LINES)

  const again = await ann.cli(['offers', 'import', file, '--market-field', 'currency'])
  const count = (value: number) => value.toLocaleString('en')
  expect(again.stdout).toBe(
    `${count(LINES + 4)} lines: ${count(LINES - first)} published, ${count(first)} were there already, 4 skipped\n`,
  )
  expect(again.stderr.split('\n')).toEqual([
    expect.stringMatching(/^line 8: it is not JSON: /),
    'line 10: it has no field "currency"',
    'line 11: currency is "€"; a market takes up to 120 of a-z, 0-9 and "._-", in segments with "/" between',
    'line 12: it is 20,025 bytes, the limit is 16,384',
    '',
  ])
  // not all that was asked for is there
  expect(again.code).toBe(1)
})

test('all of it is listed, page by page and byte for byte', async () => {
  const { stdout } = await ann.cli(['offers', 'list', '--json'])
  const offers = stdout
    .trim()
    .split('\n')
    .map(text => JSON.parse(text) as { text: string; market: string })
  expect(offers.map(({ text }) => text).toSorted()).toEqual(Array.from({ length: LINES }, (_, i) => line(i)).toSorted())
  expect(
    (await ann.cli(['offers', 'markets', '--json'])).stdout
      .trim()
      .split('\n')
      .map(text => JSON.parse(text) as unknown),
  ).toEqual([
    { market: 'eur', live: 834, stale: 0, total: 834 },
    { market: 'gold-ounce', live: 1_666, stale: 0, total: 1_666 },
  ])
  const headers = { authorization: `Bearer ${await ann.token()}` }
  const page = await fetch(new URL('/v1/offers?limit=500&market=eur', ann.api), { headers })
  const { offers: some, next } = (await page.json()) as { offers: unknown[]; next: string }
  expect(some).toHaveLength(500)
  const rest = await fetch(new URL(`/v1/offers?limit=500&market=eur&after=${encodeURIComponent(next)}`, ann.api), {
    headers,
  })
  expect(await rest.json()).toMatchObject({ offers: { length: 334 }, next: null })
})

test('an import of a gzip file with JSON output', async () => {
  const packed = join(root, 'packed.gz')
  await writeFile(packed, gzipSync('{"a":1}\n{"a":1}\nbad\n'))
  const done = await ann.cli(['offers', 'import', packed, '--market', 'packed', '--ttl', '1h', '--json'])
  expect(done).toMatchObject({ code: 1, stderr: '' })
  expect(
    done.stdout
      .trim()
      .split('\n')
      .map(text => JSON.parse(text) as unknown),
  ).toEqual([
    { line: 3, code: 'bad-line', message: expect.stringContaining('it is not JSON') },
    { lines: 3, published: 2, unchanged: 0, skipped: 1, isComplete: true },
  ])
})

test('what one node exports another loads, whom it never met', async () => {
  const carried = join(root, 'eur.offers')
  expect(await ann.cli(['offers', 'export', '--market', 'eur', carried])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^[\d,.]+ (MB|bytes) in .*eur\.offers\n$/),
  })
  expect((await carol.cli(['offers', 'load', carried])).stdout).toBe('834 entries: 834 taken, 0 known already\n')
  expect(await carol.json(['offers', 'load', carried])).toMatchObject({
    entries: 834,
    taken: 0,
    known: 834,
    isComplete: true,
  })
  const mine = (await ann.cli(['offers', 'list', '--market', 'eur', '--json'])).stdout.replaceAll(
    '"isOwn":true',
    '"isOwn":false',
  )
  expect((await carol.cli(['offers', 'list', '--json'])).stdout).toBe(mine)
})

test('through a pipe too, and a removal with it', async () => {
  const key = (await carol.cli(['offers', 'put', '--market', 'piped'], 'x')).stdout.trim()
  await carol.cli(['offers', 'remove', key])
  await using exported = new CommandProcess(['offers', 'export', '-', '--data', carol.data])
  const chunks: Buffer[] = []
  exported.child.stdout!.setEncoding('latin1').on('data', (chunk: string) => chunks.push(Buffer.from(chunk, 'latin1')))
  expect(await exported.done).toMatchObject({ code: 0, stderr: '' })
  const whole = join(root, 'all.offers')
  await writeFile(whole, Buffer.concat(chunks))
  expect(await ann.json(['offers', 'load', whole])).toMatchObject({
    entries: 835,
    taken: 1,
    known: 834,
    isComplete: true,
  })

  await writeFile(whole, Buffer.concat(chunks).subarray(0, -100))
  const cut = await ann.cli(['offers', 'load', whole])
  expect(cut).toMatchObject({ code: 1, stdout: expect.stringMatching(/^83\d entries: .*; the file is cut off\n$/) })
})

test('a file that is none is refused', async () => {
  const wrong = join(root, 'wrong.offers')
  await writeFile(wrong, Buffer.alloc(300_000, 'no offers '))
  expect(await ann.cli(['offers', 'load', wrong])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^stoa: .+\n$/),
  })
  await using other = await NodeProcess.start(join(root, 'other'), [
    '--listen',
    '/ip4/127.0.0.1/tcp/0',
    '--network',
    'other',
  ])
  const theirs = await other.cli(['offers', 'load', join(root, 'eur.offers')])
  expect(theirs).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^stoa: .*network.*\n$/) })
})
