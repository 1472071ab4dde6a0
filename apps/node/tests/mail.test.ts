import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '@stoa/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CommandProcess, LineProcess, NodeProcess, temporaryDirectory } from './processes.ts'
import type { Line } from './processes.ts'

const STRANGER = '12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1'
const LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0']

const opened = new AsyncDisposableStack()
let root = ''
let ann: NodeProcess
let bob: NodeProcess

beforeAll(async () => {
  root = opened.use(await temporaryDirectory()).path
  ann = opened.use(await NodeProcess.start(join(root, 'ann')))
  bob = opened.use(await NodeProcess.start(join(root, 'bob'), [...LOOPBACK, '--bootstrap', ann.addresses[0]!]))
  for (const node of [ann, bob]) await knows(node, 2)
})
afterAll(() => opened.disposeAsync())

/** Resolves when a node has the mail keys of so many. */
async function knows(node: NodeProcess, count: number): Promise<void> {
  await holds(node, 'mail-keys', live => live >= count)
}

async function holds(node: NodeProcess, replica: string, isEnough: (live: number) => boolean): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    const { replicas } = (await node.json(['status'])) as unknown as { replicas: Array<{ name: string; live: number }> }
    return isEnough(replicas.find(({ name }) => name === replica)!.live)
  }
  await until(isThere, { timeoutMs: 30_000, what: `enough ${replica}` })
}

async function listed(node: NodeProcess, args: string[]): Promise<Line[]> {
  const { code, stdout, stderr } = await node.cli([...args, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line)
}

async function mailed(from: NodeProcess, to: NodeProcess, body: string, args: string[] = []): Promise<string> {
  const { id } = await from.json(['mail', 'send', to.peerId, ...args], body)
  await to.event('letter', { id })
  return id as string
}

test('with both up a letter is handed over, and the receipt is back when it is read', async () => {
  const sentAt = performance.now()
  const sent = await bob.json(['mail', 'send', ann.peerId, '--type', 'text/plain', '--ttl', '2d'], 'good morning\n')
  const id = sent.id as string
  expect(sent).toMatchObject({
    to: ann.peerId,
    state: 'stored',
    isHandedOver: true,
    contentType: 'text/plain',
    bytes: 13,
    error: null,
  })
  // in whole minutes
  const lifetimeMs = (sent.expiresMs as number) - (sent.createdMs as number)
  expect(Math.floor(lifetimeMs / 60_000)).toBe(2_880)
  const about = { id, from: bob.peerId, contentType: 'text/plain', bytes: 13 }
  // what is in it is not for logs
  expect(await ann.event('letter', { id })).toEqual({
    event: 'letter',
    ...about,
    sentMs: expect.any(Number),
    receivedMs: expect.any(Number),
    expiresMs: expect.any(Number),
  })
  expect(await listed(ann, ['mail', 'inbox'])).toMatchObject([{ ...about, text: 'good morning\n' }])

  expect(await ann.cli(['mail', 'read', id])).toEqual({ code: 0, stdout: 'good morning\n', stderr: '' })
  await bob.event('delivery', { id, state: 'delivered' })
  console.log(`sent, read and delivered in ${Math.round(performance.now() - sentAt)} ms, three processes started`)
  expect(await bob.json(['mail', 'status', id])).toMatchObject({ id, state: 'delivered', to: ann.peerId })
  expect(await listed(ann, ['mail', 'inbox'])).toEqual([])
  expect((await ann.cli(['mail', 'read', id])).stderr).toMatch(/^stoa: no letter .* \(not-found\)\n$/)
})

test('an offer is taken while its maker is away, and the taker is away when the maker returns', async () => {
  const start = (name: string, args: string[] = []) =>
    NodeProcess.start(join(root, 'story', name), [...LOOPBACK, ...args])
  await using carol = await start('carol')
  const bootstrap = ['--bootstrap', carol.addresses[0]!]
  await using watch = new LineProcess(['offers', 'watch', '--data', carol.data, '--json'])
  await watch.line('listening', ({ event }) => event === 'listening')

  const maker = await start('maker', bootstrap)
  opened.use(maker)
  await maker.event('peer:connect', { peer: carol.peerId })
  const { key } = await maker.json(['offers', 'put', '--market', 'btc-eur', '--ttl', '7d'], '{"price": 71000}')
  await watch.line('the offer', line => line.key === key)
  await knows(carol, 2)
  await maker.stop()

  const taker = opened.use(await start('taker', bootstrap))
  await taker.event('sync', { done: true })
  await knows(taker, 3)
  const sent = await taker.json(['offers', 'reply', key as string, '--type', 'text/plain'], 'I take all of it')
  expect(sent).toMatchObject({ to: maker.peerId, state: 'stored', stored: 1, isHandedOver: false })
  const id = sent.id as string
  await taker.stop()

  const makerAgain = opened.use(await start('maker', bootstrap))
  await makerAgain.event('letter', { id, from: taker.peerId })
  expect((await makerAgain.cli(['mail', 'read', id.slice(0, 8)])).stdout).toBe('I take all of it')
  expect(await listed(makerAgain, ['mail', 'inbox'])).toEqual([])
  // the receipt has taken the place of the letter
  await holds(carol, 'letters', live => live === 0)
  await makerAgain.stop()

  const takerAgain = opened.use(await start('taker', bootstrap))
  await takerAgain.event('delivery', { id, state: 'delivered' })
  expect(await listed(takerAgain, ['mail', 'outbox', '--state', 'delivered'])).toMatchObject([{ id, to: maker.peerId }])
  expect(await listed(takerAgain, ['mail', 'outbox', '--state', 'stored'])).toEqual([])
  for (const node of [carol, takerAgain]) {
    expect(await node.json(['status'])).toMatchObject({ errors: { unexpected: 0 } })
  }
})

test('an inbox that is watched shows what waits and what comes', async () => {
  const first = await mailed(bob, ann, 'first')
  await using watched = new LineProcess(['mail', 'inbox', '--watch', '--data', ann.data, '--json'])
  expect(await watched.line('the first', ({ id }) => id === first)).toMatchObject({ event: 'letter', text: 'first' })
  const second = await mailed(bob, ann, 'second')
  expect(await watched.line('the second', ({ id }) => id === second)).toMatchObject({
    text: 'second',
    from: bob.peerId,
  })
  expect(watched.lines.map(({ event }) => event)).toEqual(['listening', 'letter', 'letter'])

  await using people = new CommandProcess(['mail', 'inbox', '--watch', '--data', ann.data])
  await until(() => people.stdout.includes('second'), { on: [[people.child.stdout!, 'data']] })
  expect(people.stdout).toMatch(new RegExp(`^${first.slice(0, 16)}  ${bob.peerId}  \\d+ s ago  first\\n`))
  expect(people.stderr).toBe('watching the inbox; Ctrl-C ends it\n')
  for (const id of [first, second]) await ann.cli(['mail', 'read', id])
})

test('an outbox that is watched shows what becomes of letters', async () => {
  await using watched = new LineProcess([
    'mail',
    'outbox',
    '--watch',
    '--state',
    'delivered',
    '--data',
    bob.data,
    '--json',
  ])
  await watched.line('listening', ({ event }) => event === 'listening')
  const id = await mailed(bob, ann, 'x')
  await ann.cli(['mail', 'read', id])
  expect(await watched.line('delivered', line => line.id === id)).toMatchObject({
    event: 'delivery',
    state: 'delivered',
  })
  expect(watched.lines.every(({ event, state }) => event === 'listening' || state === 'delivered')).toBe(true)
})

test('lists for people name letters by how their ids begin', async () => {
  const id = await mailed(bob, ann, 'for\u001b[2J people')
  const short = id.slice(0, 16)
  expect((await ann.cli(['mail', 'inbox'])).stdout).toMatch(
    new RegExp(`^ID +FROM +SENT +LETTER\\n${short}  ${bob.peerId}  \\d+ s ago  for\\\\u001b\\[2J people\\n$`),
  )
  expect((await bob.cli(['mail', 'outbox'])).stdout).toMatch(
    new RegExp(`^${short}  ${ann.peerId}  \\d+ s ago +handed over to its receiver, not acknowledged yet$`, 'm'),
  )
  const status = (await bob.cli(['mail', 'status', short])).stdout
  expect(status).toMatch(new RegExp(`^id +${id}\\nto +${ann.peerId}\\nstate +handed over `))
  const { stdout } = await ann.cli(['status'])
  expect(stdout).toMatch(/^mail +1 unread, outbox: /m)
  expect(await ann.json(['status'])).toMatchObject({ mail: { unread: 1 } })
  await ann.cli(['mail', 'read', id])
})

test('a letter that is kept, or could not be written, waits on', async () => {
  const id = await mailed(bob, ann, 'x'.repeat(40_000))
  expect((await ann.cli(['mail', 'read', id, '--keep'])).stdout).toHaveLength(40_000)
  expect(await ann.json(['mail', 'read', id, '--keep'])).toMatchObject({ id, bytes: 40_000 })
  expect((await ann.cli(['mail', 'read', id, '--out', '/does/not/exist'])).stderr).toMatch(
    /^stoa: \/does\/not\/exist cannot be written: .*; the letter is not acknowledged \(not-written\)\n$/,
  )
  await using command = new CommandProcess(['mail', 'read', id, '--data', ann.data])
  command.child.stdout!.destroy()
  expect(await command.done).toMatchObject({ code: 1, stderr: expect.stringContaining('it is not acknowledged') })

  expect(await listed(ann, ['mail', 'inbox'])).toMatchObject([{ id }])
  const file = join(root, 'letter')
  expect(await ann.cli(['mail', 'read', id, '--out', file])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await readFile(file, 'utf8')).toBe('x'.repeat(40_000))
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await bob.event('delivery', { id, state: 'delivered' })
})

test('letters that waited when the node was started are told again', async () => {
  await using one = await NodeProcess.start(join(root, 'one'))
  const { id } = await one.json(['mail', 'send', one.peerId], 'to myself')
  await one.event('letter', { id })
  await one.stop()
  await using again = await NodeProcess.start(one.data)
  expect(await again.event('letter', { id })).toMatchObject({ from: one.peerId, bytes: 9 })
  expect((await again.cli(['mail', 'read', id as string])).stdout).toBe('to myself')
  await again.event('delivery', { id, state: 'delivered' })
})

test('what is no text is carried byte for byte', async () => {
  const bytes = Buffer.from([0, 255, 254, 0x1b, 0x5b])
  const file = join(root, 'bytes')
  await writeFile(file, bytes)
  const { id } = await bob.json(['mail', 'send', ann.peerId, file])
  await ann.event('letter', { id })
  expect(await ann.json(['mail', 'read', id as string, '--keep'])).toMatchObject({ base64: bytes.toString('base64') })
  expect((await ann.cli(['mail', 'inbox'])).stdout).toContain('(5 bytes)')
  await ann.cli(['mail', 'read', id as string, '--out', join(root, 'copy')])
  expect(await readFile(join(root, 'copy'))).toEqual(bytes)
})

test('the mail keys of a node are shown, their public parts alone', async () => {
  const key = await ann.json(['mail', 'key'])
  expect(key).toEqual({
    device: expect.stringMatching(/^[0-9a-f]{32}$/),
    bucket: expect.any(Number),
    keys: expect.arrayContaining([
      {
        suite: 0x647a,
        publicKey: expect.stringMatching(/^[0-9a-f]{2432}$/),
        createdMs: expect.any(Number),
        untilMs: expect.any(Number),
        eraseMs: expect.any(Number),
      },
    ]),
  })
  expect((await ann.cli(['mail', 'key'])).stdout).toMatch(
    /^device +[0-9a-f]{32}\nbucket +\d+\n\nSUITE +PUBLIC KEY +MADE +PUBLISHED UNTIL +ERASED AT\n/,
  )
})

test('metrics count letters', async () => {
  const headers = { authorization: `Bearer ${await ann.token()}` }
  const metrics = await (await fetch(new URL('/metrics', ann.api), { headers })).text()
  for (const name of [
    /^stoa_mail_unread 0$/m,
    /^stoa_mail_outbox\{state="queued"\} 0$/m,
    /^stoa_mailbox_events_total\{event="acknowledged"\} [1-9]/m,
    /^stoa_mailbox_events_total\{event="rejected-bad-signature"\} 0$/m,
  ]) {
    expect(metrics).toMatch(name)
  }
})

async function post(path: string, body: unknown, node = bob) {
  const headers = { authorization: `Bearer ${await node.token()}`, 'content-type': 'application/json' }
  const response = await fetch(new URL(path, node.api), { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as unknown }
}

test.for<[string, { body: string; args?: string[]; to?: string; request?: object }, number, string, RegExp]>([
  ['a body over the limit', { body: 'x'.repeat(48_881) }, 413, 'too-large', /48,881.*48,880/],
  ['a body far over the limit', { body: 'x'.repeat(100_000) }, 413, 'too-large', /48,880/],
  [
    'a lifetime over 15 days',
    { body: '', args: ['--ttl', '16d'], request: { ttlMs: 1_382_400_000 } },
    400,
    'bad-ttl',
    /15 days/,
  ],
  ['a receiver that nobody knows', { body: '', to: STRANGER }, 404, 'no-key', new RegExp(STRANGER)],
  ['a receiver that is none', { body: '', to: 'nobody' }, 400, 'bad-request', /"nobody"/],
  [
    'a media type that is none',
    { body: '', args: ['--type', 'Ä'], request: { contentType: 'Ä' } },
    400,
    'bad-option',
    /contentType/,
  ],
])(
  '%s is refused with its code, and nothing is sent',
  async ([, { body, args = [], to = ann.peerId, request }, status, code, message]) => {
    const before = await listed(bob, ['mail', 'outbox'])
    const done = await bob.cli(['mail', 'send', to, ...args], body)
    expect(done).toMatchObject({ code: 1, stdout: '' })
    expect(done.stderr).toMatch(/^stoa: [^\n]*\n$/)
    expect(done.stderr).toMatch(message)
    expect(done.stderr).toContain(`(${code})`)
    const asJson = await bob.cli(['mail', 'send', to, ...args, '--json'], body)
    expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { code } })
    const answer = await post('/v1/mail', { to, text: body, ...request })
    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.stringMatching(message) } } })
    expect(await listed(bob, ['mail', 'outbox'])).toEqual(before)
  },
)

test('a letter to a node that is away is stored with others, and delivered when it is back', async () => {
  const args = [...LOOPBACK, '--bootstrap', ann.addresses[0]!]
  const first = opened.use(await NodeProcess.start(join(root, 'away'), args))
  await knows(bob, 3)
  await first.stop()
  const { id, state, stored } = await bob.json(['mail', 'send', first.peerId], 'x')
  expect(state).toBe('stored')
  expect(stored).toBeGreaterThanOrEqual(1)
  const away = opened.use(await NodeProcess.start(first.data, args))
  await away.event('letter', { id })
  await away.cli(['mail', 'read', id as string])
  await bob.event('delivery', { id, state: 'delivered' })
})

test('a letter that nobody can take is queued, and goes on when somebody comes', async () => {
  const config = join(root, 'eager.json')
  await writeFile(config, JSON.stringify({ mailbox: { retryMs: 500, maxRetryMs: 1_000 } }))
  await using alone = await NodeProcess.start(join(root, 'alone'), [...LOOPBACK, '--config', config])
  const args = [...LOOPBACK, '--bootstrap', alone.addresses[0]!]
  const first = opened.use(await NodeProcess.start(join(root, 'visitor'), args))
  await knows(alone, 2)
  await first.stop()
  await alone.event('peer:disconnect', { peer: first.peerId })
  const done = await alone.cli(['mail', 'send', first.peerId, '--wait', '1s'], 'x')
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(done.stdout).toMatch(/^[0-9a-f]{64}  queued here: no other node has it for sure/)
  const id = done.stdout.slice(0, 64)
  expect(await alone.json(['status'])).toMatchObject({ mail: { outbox: { queued: 1 } } })

  const again = opened.use(await NodeProcess.start(first.data, args))
  await again.event('letter', { id })
  await again.cli(['mail', 'read', id])
  await alone.event('delivery', { id, state: 'delivered' })
})

test('a store without room for a letter is an error with its code, and nothing is sent', async () => {
  const config = join(root, 'small.json')
  await writeFile(config, JSON.stringify({ mailbox: { budgetBytes: 10_000 } }))
  const args = [...LOOPBACK, '--bootstrap', ann.addresses[0]!]
  await using small = await NodeProcess.start(join(root, 'small'), [...args, '--config', config])
  const gone = opened.use(await NodeProcess.start(join(root, 'gone'), args))
  await gone.event('peer:connect', { peer: ann.peerId })
  await until(async () => (await small.cli(['mail', 'send', gone.peerId], '')).code === 0, {
    timeoutMs: 30_000,
    what: 'the mail keys of the node that goes',
  })
  await gone.stop()

  const before = await listed(small, ['mail', 'outbox'])
  const body = 'x'.repeat(30_000)
  const done = await small.cli(['mail', 'send', gone.peerId], body)
  expect(done).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^stoa: .*no room.* \(no-room\)\n$/),
  })
  const answer = await post('/v1/mail', { to: gone.peerId, text: body }, small)
  expect(answer).toMatchObject({ status: 507, body: { error: { code: 'no-room', retryable: true } } })
  expect(await listed(small, ['mail', 'outbox'])).toEqual(before)
})
