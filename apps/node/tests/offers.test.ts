import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LineProcess, NodeProcess, temporaryDirectory } from './processes.ts'
import type { Line } from './processes.ts'

/** Short, so that a test can wait for its end. */
const LEASE_MS = 3_000

const opened = new AsyncDisposableStack()
let root = ''
let annArgs: string[] = []
let ann: NodeProcess
let bob: NodeProcess
let watched: LineProcess

beforeAll(async () => {
  root = opened.use(await temporaryDirectory()).path
  const config = join(root, 'config.json')
  await writeFile(config, JSON.stringify({ offers: { leaseMs: LEASE_MS } }))
  bob = opened.use(await NodeProcess.start(join(root, 'bob'), ['--listen', '/ip4/127.0.0.1/tcp/0', '--config', config]))
  annArgs = ['--listen', '/ip4/127.0.0.1/tcp/0', '--config', config, '--bootstrap', bob.addresses[0]!]
  ann = opened.use(await NodeProcess.start(join(root, 'ann'), annArgs))
  await bob.event('peer:connect', { peer: ann.peerId })
  watched = opened.use(new LineProcess(['offers', 'watch', '--data', bob.data, '--json']))
  await watched.line('listening', ({ event }) => event === 'listening')
})
afterAll(() => opened.disposeAsync())

function happened(what: string, key: string): Promise<Line> {
  return watched.line(`${what} ${key}`, ({ event, key: of }) => event === `offer:${what}` && of === key)
}

async function put(args: string[], body: string): Promise<string> {
  const done = await ann.cli(['offers', 'put', ...args], body)
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(done.stdout).toMatch(/^[0-9a-f]{64}\n$/)
  return done.stdout.trim()
}

async function list(node: NodeProcess, args: string[] = []): Promise<Line[]> {
  const { code, stdout, stderr } = await node.cli(['offers', 'list', '--json', ...args])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line)
}

test('an offer put on one node is listed on the other, and shown byte for byte', async () => {
  const body = '{ "price": 7,\t"at": "Zürich" }\n'
  const key = await put(['--market', 'btc-eur', '--content-type', 'application/json'], body)
  expect(await happened('added', key)).toMatchObject({ market: 'btc-eur', owner: ann.peerId, offer: { text: body } })

  expect(await list(bob, ['--market', 'btc-eur'])).toMatchObject([
    {
      key,
      market: 'btc-eur',
      owner: ann.peerId,
      isOwn: false,
      state: 'live',
      text: body,
      bytes: Buffer.byteLength(body),
    },
  ])
  expect(await list(bob, ['--owner', ann.peerId])).toMatchObject([{ key }])
  expect(await list(bob, ['--own'])).toEqual([])
  expect(await list(bob, ['--market', 'btc-usd'])).toEqual([])
  expect((await bob.cli(['offers', 'get', key, '--raw'])).stdout).toBe(body)
  expect(await bob.json(['offers', 'get', key])).toMatchObject({ key, contentType: 'application/json' })
  expect((await bob.cli(['offers', 'list'])).stdout).toMatch(new RegExp(`^KEY +MARKET .*\\n${key}  btc-eur  live, `))
  const shown = (await bob.cli(['offers', 'get', key])).stdout
  expect(shown).toMatch(/^market +btc-eur\n/)
  expect(shown).toContain(`\n{ "price": 7,  "at": "Zürich" }\n`)
})

test('what is no text is carried all the same', async () => {
  const file = join(root, 'bytes')
  const bytes = Buffer.from([0, 255, 254, 0x1b, 0x5b])
  await writeFile(file, bytes)
  const key = await put(['--market', 'things', file], '')
  expect(await happened('added', key)).toMatchObject({ offer: { base64: bytes.toString('base64'), bytes: 5 } })
  expect((await bob.cli(['offers', 'get', key])).stdout).toContain('not a text')
})

test('the same name replaces', async () => {
  const args = ['--market', 'names', '--name', 'first']
  const key = await put(args, 'one')
  await happened('added', key)
  expect(await put(args, 'two')).toBe(key)
  expect(await happened('updated', key)).toMatchObject({ offer: { text: 'two', name: 'first' } })
  expect(await list(bob, ['--market', 'names'])).toMatchObject([{ key, text: 'two' }])
})

test('a removed offer disappears everywhere', async () => {
  const key = await put(['--market', 'gone'], 'x')
  await happened('added', key)
  expect((await bob.cli(['offers', 'remove', key])).stderr).toMatch(/^stoa: .*\n$/)
  expect((await ann.cli(['offers', 'remove', key])).stdout).toBe(`${key} is removed\n`)
  expect(await happened('removed', key)).toMatchObject({ reason: 'by-owner' })
  for (const node of [ann, bob]) {
    expect(await list(node, ['--market', 'gone', '--all'])).toEqual([])
    expect(await node.cli(['offers', 'get', key])).toEqual({
      code: 1,
      stdout: '',
      stderr: `stoa: no offer ${key} is known here: it was removed, has expired, or never came this far\n`,
    })
  }
})

test('an offer is gone everywhere when its time is over', async () => {
  const key = await put(['--market', 'brief', '--ttl', '2s'], 'x')
  await happened('added', key)
  await happened('expired', key)
  for (const node of [ann, bob]) expect(await list(node, ['--market', 'brief', '--all'])).toEqual([])
  expect(watched.lines.filter(({ event, key: of }) => event === 'offer:expired' && of === key)).toHaveLength(1)
})

test('an offer of a node that is killed turns stale within its lease, and live again when it returns', async () => {
  const key = await put(['--market', 'presence', '--while-online'], 'x')
  await happened('added', key)
  expect(await list(bob, ['--market', 'presence'])).toMatchObject([{ key, state: 'live', whileOnline: true }])

  const killedMs = Date.now()
  await ann.stop('SIGKILL')
  await happened('stale', key)
  // the lease, and what a busy machine adds
  expect(Date.now() - killedMs).toBeLessThan(3 * LEASE_MS)
  expect(await list(bob, ['--market', 'presence'])).toEqual([])
  expect(await list(bob, ['--market', 'presence', '--all'])).toMatchObject([{ key, state: 'stale' }])
  const { stdout } = await bob.cli(['offers', 'markets'])
  expect(stdout).toMatch(/^MARKET +LIVE +STALE +ALL\n/)
  expect(stdout).toMatch(/^presence +0 +1 +1$/m)

  ann = opened.use(await NodeProcess.start(ann.data, annArgs))
  await happened('live', key)
  expect(await list(bob, ['--market', 'presence'])).toMatchObject([{ key, state: 'live' }])
  // what it had before it was killed it has again
  expect(await list(ann, ['--own'])).toEqual(expect.arrayContaining([expect.objectContaining({ key })]))
})

test('status says how the replicas are', async () => {
  await ann.event('sync', { peer: bob.peerId, done: true })
  expect(await ann.json(['status'])).toMatchObject({
    replicas: [
      { name: 'offers', entries: expect.any(Number), readOnly: null, budgetBytes: 268_435_456, priceBits: 0 },
      { name: 'leases', entries: 1 },
      { name: 'letters', readOnly: null },
      { name: 'mail-keys', entries: 2 },
    ],
    firstSync: { peer: bob.peerId, done: true },
  })
  expect((await bob.cli(['status'])).stdout).toMatch(
    /^offers +\d+ live of \d+ entries, [\d,]+ bytes of 268\.4 MB, synchronized /m,
  )
})

test('a watch of one market hears of no other', async () => {
  await using one = new LineProcess(['offers', 'watch', '--market', 'one', '--data', bob.data, '--json'])
  await one.line('listening', ({ event }) => event === 'listening')
  const other = await put(['--market', 'two'], 'x')
  const key = await put(['--market', 'one'], 'x')
  await one.line(key, line => line.key === key)
  expect(one.lines.map(line => line.key)).not.toContain(other)
})
