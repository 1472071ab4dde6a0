import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { bytes, text } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { ClassicLevel } from 'classic-level'
import { afterEach, expect, test } from 'vitest'
import type { StackInit } from '@stoa/stack'

const quiet = { listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, nat: false } as const satisfies StackInit
const directories: string[] = []

function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stoa-stack-'))
  directories.push(directory)
  return directory
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

const echo = defineProtocol({ id: '/test/echo/1.0.0', request: bytes, response: bytes })

test.each([
  ['TCP', '/ip4/127.0.0.1/tcp/0'],
  ['WebSockets', '/ip4/127.0.0.1/tcp/0/ws'],
])('two stacks ask each other and broadcast over %s alone', async (_, listen) => {
  await using a = await createStack({ ...quiet, listen: [listen] })
  await using b = await createStack({ ...quiet, listen: [listen], bootstrap: a.libp2p.getMultiaddrs().map(String) })
  await b.direct.handle(echo, value => value)
  const heard = b.broadcast.topic('square', text)
  const said = a.broadcast.topic('square', text)
  const messages = heard[Symbol.asyncIterator]()

  await said.ready({ peers: 1 })
  expect(await a.direct.request(b.peerId, echo, Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2))
  await said.publish('hear ye')
  expect((await messages.next()).value).toMatchObject({ value: 'hear ye' })
})

test('a data directory keeps identity and port, and others cannot read the identity', async () => {
  const dataDir = dataDirectory()
  const first = await createStack({ ...quiet, dataDir })
  const address = String(first.libp2p.getMultiaddrs()[0])
  await first.stop()
  expect(statSync(join(dataDir, 'identity.key')).mode & 0o777).toBe(0o600)

  await using second = await createStack({ ...quiet, dataDir })
  expect(String(second.libp2p.getMultiaddrs()[0])).toBe(address)
})

test('a port that somebody else has taken meanwhile is not missed', async () => {
  const dataDir = dataDirectory()
  const first = await createStack({ ...quiet, dataDir })
  const taken = String(first.libp2p.getMultiaddrs()[0]).split('/p2p/')[0]!
  await first.stop()
  await using squatter = await createStack({ ...quiet, listen: [taken] })

  await using second = await createStack({ ...quiet, dataDir })
  expect(String(second.libp2p.getMultiaddrs()[0])).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//)
  expect(String(second.libp2p.getMultiaddrs()[0])).not.toContain(`${taken}/`)
  expect(squatter.libp2p.status).toBe('started')
})

test('a second stack on the same data directory is turned away and harms nothing', async () => {
  const dataDir = dataDirectory()
  await using first = await createStack({ ...quiet, dataDir })
  const identity = readFileSync(join(dataDir, 'identity.key'))

  await expect(createStack({ ...quiet, dataDir })).rejects.toMatchObject({ code: 'data-in-use', retryable: true })
  expect(readFileSync(join(dataDir, 'identity.key'))).toEqual(identity)
  expect(first.libp2p.status).toBe('started')
})

test('an identity that cannot be read, or that others can read, is an error and is not replaced', async () => {
  const dataDir = dataDirectory()
  const path = join(dataDir, 'identity.key')
  writeFileSync(path, 'not a key', { mode: 0o600 })
  await expect(createStack({ ...quiet, dataDir })).rejects.toMatchObject({ code: 'data-unreadable' })
  expect(readFileSync(path, 'utf8')).toBe('not a key')

  rmSync(path)
  await (await createStack({ ...quiet, dataDir })).stop()
  chmodSync(path, 0o644)
  await expect(createStack({ ...quiet, dataDir })).rejects.toMatchObject({
    code: 'data-unreadable',
    message: expect.stringContaining('chmod 600'),
  })
})

test('an address that cannot be listened on is an error that leaves the directory free', async () => {
  const dataDir = dataDirectory()
  await using other = await createStack(quiet)
  const taken = String(other.libp2p.getMultiaddrs()[0]).split('/p2p/')[0]!
  await expect(createStack({ ...quiet, dataDir, listen: [taken] })).rejects.toMatchObject({
    code: 'listen-failed',
    message: expect.stringContaining(taken),
  })

  await using again = await createStack({ ...quiet, dataDir })
  expect(again.libp2p.status).toBe('started')
})

test('parts can be left out, and others added', async () => {
  class Extra {
    readonly answer = 42
  }
  await using stack = await createStack({
    ...quiet,
    direct: false,
    discovery: false,
    offers: false,
    services: { extra: () => new Extra() },
  })
  expect(stack.direct).toBeUndefined()
  expect(stack.discovery).toBeUndefined()
  expect(stack.services.extra.answer).toBe(42)
  expect(stack.libp2p.getProtocols().filter(protocol => protocol.startsWith('/stoa/'))).toEqual([])
})

test('without broadcast there are no offers, and options of them are a mistake', async () => {
  await using stack = await createStack({ ...quiet, broadcast: false })
  expect(stack.offers).toBeUndefined()
  await expect(createStack({ ...quiet, broadcast: false, offers: { leaseMs: 1_000 } })).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringContaining('offers need broadcast'),
  })
})

test('without broadcast or direct there is no mail, and options of it are a mistake', async () => {
  await using stack = await createStack({ ...quiet, direct: false })
  expect(stack.mailbox).toBeUndefined()
  expect(stack.offers.network).toBe('main')
  await expect(createStack({ ...quiet, direct: false, mailbox: { minReplicas: 1 } })).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringContaining('mailbox needs broadcast and direct'),
  })
})

test('an identity that no letter can be sealed to is told so, and can do without mail', async () => {
  const privateKey = await generateKeyPair('secp256k1')
  await expect(createStack({ ...quiet, privateKey })).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringMatching(/Ed25519.*secp256k1.*mailbox: false/),
  })
  await using stack = await createStack({ ...quiet, privateKey, mailbox: false })
  expect(stack.mailbox).toBeUndefined()
  // nor sign a probe; it tells its clock
  await expect(stack.measure.propagation()).rejects.toMatchObject({ code: 'unsupported-key' })
  await using other = await createStack(quiet)
  expect(await other.measure.peer(stack.libp2p.getMultiaddrs(), { bytes: 0 })).toMatchObject({
    peer: stack.peerId.toString(),
  })
})

test('a stack measures those that it is connected to, and those that were told not to are left out', async () => {
  await using a = await createStack(quiet)
  const bootstrap = a.libp2p.getMultiaddrs().map(String)
  await using b = await createStack({ ...quiet, bootstrap })
  await using c = await createStack({ ...quiet, bootstrap, measure: false })
  expect(c.measure).toBeUndefined()
  const report = await b.measure.propagation({ count: 3, intervalMs: 20, answerMs: 10, receivers: 1 })
  expect(report).toMatchObject({ reached: 1, peers: [{ peer: a.peerId.toString(), received: 3 }] })
  await expect(b.measure.peer(c.libp2p.getMultiaddrs())).rejects.toMatchObject({ code: 'not-supported' })
})

test('a letter reaches the other stack, and waits there, and in the outbox, across restarts', async () => {
  const [mine, theirs] = [dataDirectory(), dataDirectory()]
  await using a = await createStack({ ...quiet, dataDir: mine })
  await using b = await createStack({ ...quiet, dataDir: theirs, bootstrap: a.libp2p.getMultiaddrs().map(String) })
  await until(() => a.mailbox.stats().keys.live === 2 && b.mailbox.stats().keys.live === 2, { what: 'mail keys' })
  const { id, state } = await b.mailbox.send(a.peerId, Uint8Array.of(7))
  expect(state).toBe('stored')
  await Promise.all([a.stop(), b.stop()])
  expect(statSync(join(mine, 'mail-keys')).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(join(mine, 'mail-keys'))) {
    expect(statSync(join(mine, 'mail-keys', name)).mode & 0o777).toBe(0o600)
  }

  await using again = await createStack({ ...quiet, dataDir: mine })
  const letter = await again.mailbox.inbox.get(id)
  expect(letter).toMatchObject({ from: b.peerId, body: Uint8Array.of(7) })
  await letter!.ack()
  const bootstrap = again.libp2p.getMultiaddrs().map(String)
  await using sender = await createStack({ ...quiet, dataDir: theirs, bootstrap })
  await until(async () => (await sender.mailbox.status(id))?.state === 'delivered', { what: 'the receipt' })
})

test('without a data directory letters and what opens them last as long as the database', async () => {
  const replicaStore = new ClassicLevel(join(dataDirectory(), 'mine'))
  const privateKey = await generateKeyPair('Ed25519')
  await using a = await createStack(quiet)
  const bootstrap = a.libp2p.getMultiaddrs().map(String)
  const first = await createStack({ ...quiet, replicaStore, privateKey, bootstrap })
  await until(() => a.mailbox.stats().keys.live === 2, { what: 'mail keys' })
  const { id } = await a.mailbox.send(first.peerId, Uint8Array.of(7))
  await first.stop()
  await using again = await createStack({ ...quiet, replicaStore, privateKey })
  expect(await again.mailbox.inbox.get(id)).toMatchObject({ body: Uint8Array.of(7) })
  await again.stop()
  await replicaStore.close()
})

test('offers reach the other stack, and are there again after a restart', async () => {
  const dataDir = dataDirectory()
  await using a = await createStack({ ...quiet, dataDir })
  await using b = await createStack({ ...quiet, bootstrap: a.libp2p.getMultiaddrs().map(String) })
  const seen = b.offers.watch({ market: 'square' })
  const { key } = await a.offers.publish('square', Uint8Array.of(7))
  expect((await seen.next()).value).toMatchObject({ type: 'added', key, offer: { body: Uint8Array.of(7) } })
  await a.stop()

  await using again = await createStack({ ...quiet, dataDir })
  expect(await again.offers.get(key)).toMatchObject({ isOwn: true, body: Uint8Array.of(7) })
})

test('offers are kept where they are told to be: in a directory, or a database that is left open', async () => {
  const replicaStore = join(dataDirectory(), 'elsewhere')
  const first = await createStack({ ...quiet, replicaStore })
  const { key } = await first.offers.publish('square', Uint8Array.of(7))
  await expect(createStack({ ...quiet, replicaStore })).rejects.toMatchObject({ code: 'data-in-use' })
  await first.stop()

  await using level = new ClassicLevel(replicaStore)
  await using second = await createStack({ ...quiet, replicaStore: level })
  expect(await second.offers.get(key)).toMatchObject({ key, isOwn: false })
  await second.stop()
  expect(level.status).toBe('open')
})

test('nodes of different networks do not count each other', async () => {
  await using a = await createStack({ ...quiet, network: 'one' })
  await using b = await createStack({ ...quiet, network: 'two' })
  await b.libp2p.dial(a.libp2p.getMultiaddrs())
  expect(b.discovery.status().connected).toBe(0)
})

test('without a data directory nothing is written', () => {
  // in a process of its own, whose directory nobody else writes to
  const cwd = dataDirectory()
  const script = `const { createStack } = await import(${JSON.stringify(import.meta.resolve('@stoa/stack'))})
    await (await createStack(${JSON.stringify(quiet)})).stop()`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(readdirSync(cwd)).toEqual([])
})

test('a ping that stays open does not use up the pings of a connection', async () => {
  await using a = await createStack({ ...quiet, discovery: false, broadcast: false })
  await using b = await createStack({ ...quiet, discovery: false, broadcast: false })
  const connection = await a.libp2p.dial(b.libp2p.getMultiaddrs())
  const open = await Promise.all(
    [1, 2, 3].map(() => connection.newStream('/ipfs/ping/1.0.0', { maxOutboundStreams: 16 })),
  )
  expect(open.map(stream => stream.status)).toEqual(['open', 'open', 'open'])
  const ping = a.libp2p.services.ping as { ping: (peer: typeof b.peerId) => Promise<number> }
  await expect(ping.ping(b.peerId)).resolves.toBeGreaterThanOrEqual(0)
})

test('a peer may open streams in a burst, and loses its connection when it never stops', async () => {
  const bare = { ...quiet, discovery: false, broadcast: false } as const
  await using node = await createStack({ ...bare, limits: { maxNewStreamsPerSecond: 16 } })
  await using peer = await createStack(bare)
  await node.direct.handle(echo, value => value)
  const connection = await peer.libp2p.dial(node.libp2p.getMultiaddrs())
  const open = async () =>
    (await connection.newStream(echo.id, { maxOutboundStreams: 1_000 })).abort(new Error('enough'))

  for (let i = 0; i < 32; i++) await open()
  expect(connection.status).toBe('open')
  const closed = new Promise(resolve => connection.addEventListener('close', resolve, { once: true }))
  const flood = Promise.allSettled(Array.from({ length: 200 }, open))
  await closed
  await flood
  expect(connection.status).not.toBe('open')
  expect(node.libp2p.getConnections(peer.peerId)).toEqual([])
})
