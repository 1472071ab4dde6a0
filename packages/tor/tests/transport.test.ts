import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { until } from '@stoa/testkit'
import { tor } from '@stoa/tor'
import { createLibp2p } from 'libp2p'
import { expect, test } from 'vitest'
import { ADDRESS, fakeGateway, OTHER } from './fake-gateway.ts'
import { fakeSocks } from './fake-socks.ts'
import type { Socket } from 'node:net'
import type { TorGateway } from '@stoa/tor'
import type { Answer, FakeSocks } from './fake-socks.ts'
import type { FakeGateway } from './fake-gateway.ts'

async function node(gateway: TorGateway, listen: string[] = []) {
  const libp2p = await createLibp2p({
    addresses: { listen },
    transports: [tor(gateway)],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping() },
    // what a hostile peer never finishes is ended by libp2p
    connectionManager: { addressDialTimeout: 1_000 },
  })
  return Object.assign(libp2p, { [Symbol.asyncDispose]: () => Promise.resolve(libp2p.stop()) })
}

/** A node that only dials, behind a port that answers so. */
async function dialler(answer: Answer | (() => Answer), options = {}) {
  const stack = new AsyncDisposableStack()
  const socks = stack.use(await fakeSocks(typeof answer === 'function' ? answer : () => answer))
  const gateway = fakeGateway({ socks: socks.endpoint, address: OTHER, options })
  const libp2p = stack.use(await node(gateway))
  return { socks, libp2p, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** A node at ADDRESS, and a SOCKS port that leads to it, as Tor would. */
async function listener(options = {}) {
  const stack = new AsyncDisposableStack()
  const gateway: FakeGateway = fakeGateway({ address: ADDRESS, options })
  const libp2p = stack.use(await node(gateway, [gateway.onion().toString()]))
  const socks: FakeSocks = stack.use(await fakeSocks(() => ({ to: gateway.served()! })))
  return { gateway, libp2p, socks, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const TARGET = multiaddr(`/onion3/${ADDRESS}:4001`)

test('two nodes meet over a SOCKS port and talk', async () => {
  await using there = await listener()
  await using here = await node(fakeGateway({ socks: there.socks.endpoint, address: OTHER }))
  const connection = await here.dial(there.libp2p.getMultiaddrs())
  expect(connection.remoteAddr.toString()).toBe(`/onion3/${ADDRESS}:4001/p2p/${there.libp2p.peerId.toString()}`)
  expect(await here.services.ping.ping(there.libp2p.peerId)).toBeGreaterThanOrEqual(0)
  expect(there.socks.requests).toMatchObject([{ host: `${ADDRESS}.onion`, port: 4001 }])

  const [inbound] = there.libp2p.getConnections(here.peerId)
  expect(inbound?.remoteAddr.getComponents().map(({ name }) => name)).toEqual(['onion3', 'p2p'])
  expect(inbound?.remoteAddr.toString()).not.toContain(OTHER)
  await connection.close()
  await until(() => there.libp2p.getConnections().length === 0)
})

test('nothing that a peer sends is lost or changed on the way, in either direction', async () => {
  await using there = await listener()
  await using here = await node(fakeGateway({ socks: there.socks.endpoint, address: OTHER }))
  const bytes = crypto.getRandomValues(new Uint8Array(60_000))
  await there.libp2p.handle('/echo', stream => {
    stream.addEventListener('message', ({ data }) => void stream.send(data))
    stream.addEventListener('remoteCloseWrite', () => void stream.close())
  })
  const stream = await here.dialProtocol(there.libp2p.getMultiaddrs(), '/echo')
  const received: Uint8Array[] = []
  stream.addEventListener('message', ({ data }) => received.push(data.subarray()))
  for (let index = 0; index < 20; index++) if (!stream.send(bytes)) await stream.onDrain()
  await until(() => received.reduce((sum, part) => sum + part.byteLength, 0) === 20 * bytes.byteLength)
  expect(Buffer.concat(received).equals(Buffer.concat(Array.from({ length: 20 }, () => bytes)))).toBe(true)
})

test('each peer gets a circuit of its own: the name of a SOCKS stream is the peer, the password is of this node', async () => {
  await using there = await listener()
  await using here = await node(fakeGateway({ socks: there.socks.endpoint, address: OTHER }))
  await using other = await node(fakeGateway({ socks: there.socks.endpoint, address: OTHER }))
  await here.dial(there.libp2p.getMultiaddrs())
  await other.dial(there.libp2p.getMultiaddrs())
  const [first, second] = there.socks.requests
  expect(first?.user).toBe(there.libp2p.peerId.toString())
  expect(second?.user).toBe(first?.user)
  expect(first?.password).toMatch(/^[0-9a-f]{32}$/)
  expect(second?.password).not.toBe(first?.password)
})

test('an unknown peer gets one, too', async () => {
  await using here = await dialler({ code: 4 })
  await expect(here.libp2p.dial(TARGET)).rejects.toThrow('it cannot be reached')
  await expect(here.libp2p.dial(TARGET)).rejects.toThrow('it cannot be reached')
  expect(here.socks.requests[0]?.user).not.toBe(here.socks.requests[1]?.user)
})

test.each([
  '/ip4/192.0.2.1/tcp/4001',
  '/dns4/example.org/tcp/4001',
  '/ip4/192.0.2.1/udp/4001/quic-v1',
  `/onion3/${ADDRESS.replace('2', '3')}:4001`,
])('%s is refused before anything is opened', async text => {
  await using here = await dialler({ code: 0 })
  await expect(here.libp2p.dial(multiaddr(text))).rejects.toBeInstanceOf(Error)
  const transport = tor(fakeGateway({ socks: here.socks.endpoint, address: OTHER }))({ logger: here.libp2p.logger })
  const upgrader = {} as never
  await expect(transport.dial(multiaddr(text), { upgrader, signal: AbortSignal.timeout(5_000) })).rejects.toMatchObject(
    {
      code: 'clearnet-address',
      retryable: false,
    },
  )
  expect(transport.dialFilter([multiaddr(text), TARGET])).toEqual([TARGET])
  expect(here.socks.requests).toEqual([])
  expect(here.socks.open.size).toBe(0)
})

test('an error does not carry the credentials that keep our circuits apart', async () => {
  await using here = await dialler({ raw: Uint8Array.of(4, 0, 0, 0, 0) })
  const error: unknown = await here.libp2p.dial(TARGET).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(Error)
  expect(inspect(error, { depth: 10 })).not.toContain(here.socks.requests[0]?.password)
})

test.each([
  [0x04, 'it cannot be reached'],
  [0xf0, 'no directory has its descriptor'],
  [0xf2, 'none of its introduction points answers'],
  [0x77, 'Tor says 119'],
])('reply %i: the error says %s', async (code, message) => {
  await using here = await dialler({ code })
  await expect(here.libp2p.dial(TARGET)).rejects.toMatchObject({
    code: 'onion-unreachable',
    retryable: true,
    message: expect.stringContaining(message),
  })
})

test('what a hostile or broken SOCKS port sends is an error, and leaves nothing open', async () => {
  const answers: Answer[] = [
    { raw: Uint8Array.of(4, 0, 0, 1, 0, 0, 0, 0, 0, 0) },
    { raw: new Uint8Array(1_000_000).fill(0xff) },
    { raw: new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n') },
    { greet: new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n') },
  ]
  for (const answer of answers) {
    await using here = await dialler(answer)
    await expect(here.libp2p.dial(TARGET)).rejects.toBeInstanceOf(Error)
    await until(() => here.socks.open.size === 0)
  }
})

test('what comes in one piece with the reply of the port is not lost', async () => {
  // multistream's greeting, then a refusal of whatever we ask for
  const greeting = Buffer.from('\x13/multistream/1.0.0\n\x03na\n', 'latin1')
  await using here = await dialler({ greet: greeting })
  await expect(here.libp2p.dial(TARGET)).rejects.toThrow(/protocol|encrypt/i)
})

test('a dial that takes too long ends', async () => {
  await using here = await dialler('silence', { dialTimeoutMs: 100 })
  await expect(here.libp2p.dial(TARGET)).rejects.toMatchObject({
    code: 'onion-unreachable',
    message: expect.stringContaining('within 100 ms'),
  })
  await until(() => here.socks.open.size === 0)
})

test('a dial that its caller gives up ends at once', async () => {
  const controller = new AbortController()
  await using here = await dialler(() => {
    controller.abort()
    return 'silence'
  })
  await expect(here.libp2p.dial(TARGET, { signal: controller.signal })).rejects.toBeInstanceOf(Error)
  await until(() => here.socks.open.size === 0)
})

test('beyond the limit a dial is refused, and what failed makes room', async () => {
  await using here = await dialler('silence', { maxPendingDials: 1, dialTimeoutMs: 60_000 })
  const transport = tor(fakeGateway({ socks: here.socks.endpoint, address: OTHER, options: { maxPendingDials: 1 } }))({
    logger: here.libp2p.logger,
  })
  const controller = new AbortController()
  const dial = (signal = controller.signal) => transport.dial(TARGET, { upgrader: {} as never, signal })
  const first = dial()
  await until(() => here.socks.requests.length === 1)
  await expect(dial()).rejects.toMatchObject({ code: 'busy', retryable: true })
  controller.abort()
  await expect(first).rejects.toMatchObject({ name: 'AbortError' })
  const second = new AbortController()
  const third = dial(second.signal)
  await until(() => here.socks.requests.length === 2)
  second.abort()
  await expect(third).rejects.toMatchObject({ name: 'AbortError' })
})

test('while Tor is down a dial says so', async () => {
  await using here = await node(fakeGateway({ address: OTHER }))
  await expect(here.dial(TARGET)).rejects.toMatchObject({ code: 'tor-down', retryable: true })
})

test('a SOCKS port that nobody listens on', async () => {
  const socks = await fakeSocks(() => 'silence')
  await socks[Symbol.asyncDispose]()
  await using here = await node(fakeGateway({ socks: socks.endpoint, address: OTHER }))
  await expect(here.dial(TARGET)).rejects.toMatchObject({ code: 'socks-failed', retryable: true })
})

test('only our own onion address is listened on, once', async () => {
  const gateway = fakeGateway({ address: ADDRESS })
  await expect(node(gateway, [`/onion3/${OTHER}:4001`])).rejects.toThrow('our onion address is')
  await expect(node(gateway, [`/onion3/${ADDRESS}:4002`])).rejects.toThrow('our onion address is')
  expect(gateway.served()).toBeUndefined()
})

test('a unix socket that was left is taken away, and a file that is none is not', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stoa-tor-test-'))
  const path = join(directory, 'inbound.sock')
  const gateway = { ...fakeGateway({ address: ADDRESS }), inbound: { path } }
  const child = spawnSync(process.execPath, [
    '--eval',
    `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  expect(child.signal).toBe('SIGKILL')
  const libp2p = await node(gateway, [gateway.onion().toString()])
  expect((await stat(path)).mode & 0o666).toBe(0o666)
  await libp2p.stop()

  await writeFile(path, 'mine')
  await expect(node(gateway, [gateway.onion().toString()])).rejects.toThrow('EADDRINUSE')
  expect(await readFile(path, 'utf8')).toBe('mine')
  await rm(directory, { recursive: true })
})

test('a node that stops takes its service away, and its connections', async () => {
  const there = await listener()
  await using here = await node(fakeGateway({ socks: there.socks.endpoint, address: OTHER }))
  await here.dial(there.libp2p.getMultiaddrs())
  await there.libp2p.stop()
  expect(there.gateway.served()).toBeUndefined()
  await until(() => here.getConnections().length === 0)
  await there[Symbol.asyncDispose]()
})

async function call(where: { port: number }): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const socket = connect({ host: '127.0.0.1', port: where.port })
  const closed = new Promise(resolve => socket.on('error', () => {}).once('close', resolve))
  await new Promise(resolve => socket.once('connect', resolve))
  return { socket, closed }
}

test('a flood of connections is stopped at the rate, before libp2p hears of it', async () => {
  await using there = await listener({ maxInboundPerSecond: 1, maxPendingInbound: 1_000 })
  const where = there.gateway.served() as { port: number }
  const calls = await Promise.all(Array.from({ length: 12 }, () => call(where)))
  let refused = 0
  for (const { closed } of calls) void closed.then(() => refused++)
  // four at once, and one for each second that this takes; the others stay, for 10 s, to say who they are
  await until(() => refused >= 6)
  for (const { socket } of calls) socket.destroy()
})

test('silent connections keep nobody out: the one that has waited longest makes place', async () => {
  await using there = await listener({ maxInboundPerSecond: 1_000, maxPendingInbound: 2 })
  await using here = await node(fakeGateway({ socks: there.socks.endpoint, address: OTHER }))
  const where = there.gateway.served() as { port: number }
  const silent = [await call(where), await call(where)]
  const connection = await here.dial(there.libp2p.getMultiaddrs())
  await silent[0]?.closed
  expect(silent[1]?.socket.closed).toBe(false)
  // whoever has come in is not one of those that wait
  await call(where)
  await call(where)
  await silent[1]?.closed
  expect(connection.status).toBe('open')
})

test('more peers than libp2p lets in from one address come in: over Tor they are not one', async () => {
  // libp2p's default is 5 a second
  await using there = await listener({ maxInboundPerSecond: 100 })
  const stack = new AsyncDisposableStack()
  const gateway = fakeGateway({ socks: there.socks.endpoint, address: OTHER })
  const peers = await Promise.all(Array.from({ length: 9 }, () => node(gateway)))
  for (const peer of peers) stack.use(peer)
  const dials = await Promise.allSettled(peers.map(peer => peer.dial(there.libp2p.getMultiaddrs())))
  expect(dials.map(({ status }) => status)).toEqual(peers.map(() => 'fulfilled'))
  await stack.disposeAsync()
})
