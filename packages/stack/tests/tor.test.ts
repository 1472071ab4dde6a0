import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { bytes, text } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { FakeTor } from './fake-tor.ts'
import type { DiscoveryService } from '@stoa/discovery'

vi.mock(import('@stoa/tor'), async original => ({ ...(await original()), startTor: init => FakeTor.start(init) }))

const directories: string[] = []
function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stoa-tor-'))
  directories.push(directory)
  return directory
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

const echo = defineProtocol({ id: '/test/echo/1.0.0', request: bytes, response: bytes })
const CLEAR = '/ip4/127.0.0.1/tcp/4001'

test('a node in the open does not have Tor’s module in memory', () => {
  const script = `const { registerHooks } = await import('node:module')
    registerHooks({ load: (url, context, next) => {
      if (url.includes('/packages/tor/') || url.includes('/socks/')) console.log(url)
      return next(url, context)
    } })
    const { createStack } = await import(${JSON.stringify(import.meta.resolve('@stoa/stack'))})
    await (await createStack(${JSON.stringify({ listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, nat: false })})).stop()
    console.log('done')`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(stdout).toBe('done\n')
})

test('two nodes in Tor meet by an onion address, and all that the stack does goes over it', async () => {
  await using a = await createStack({ tor: true })
  const bootstrap = a.libp2p.getMultiaddrs().map(String)
  expect(bootstrap).toEqual([`${String(a.tor.onion())}/p2p/${String(a.peerId)}`])
  await using b = await createStack({ tor: true, bootstrap })
  await b.direct.handle(echo, value => value)
  const heard = b.broadcast.topic('square', text)[Symbol.asyncIterator]()
  const said = a.broadcast.topic('square', text)
  await said.ready({ peers: 1 })
  expect(await a.direct.request(b.peerId, echo, Uint8Array.of(1))).toEqual(Uint8Array.of(1))
  await said.publish('hear ye')
  expect((await heard.next()).value).toMatchObject({ value: 'hear ye' })
  const seen = b.offers.watch({ market: 'square' })
  const { key } = await a.offers.publish('square', Uint8Array.of(7))
  expect((await seen.next()).value).toMatchObject({ type: 'added', key })
  for (const node of [a, b]) {
    for (const { remoteAddr } of node.libp2p.getConnections()) expect(String(remoteAddr)).toMatch(/^\/onion3\//)
  }
})

test('where Tor has no control port, or nobody shall call, a node dials and listens nowhere', async () => {
  await using other = await createStack({ tor: true })
  const bootstrap = [String(other.tor.onion())]
  for (const init of [{ tor: { socks: 'unix:/run/tor/socks' } }, { tor: true as const, listen: [] }]) {
    await using node = await createStack({ ...init, bootstrap })
    expect(node.libp2p.getMultiaddrs()).toEqual([])
    await until(() => node.discovery.status().connected === 1, { what: 'a connection of its own' })
    const { addresses } = await other.libp2p.peerStore.get(node.peerId)
    expect(addresses).toEqual([])
  }
})

test('peers that come through one Tor are not taken for one host, by gossip or by limits', async () => {
  await using node = await createStack({
    tor: true,
    broadcast: { maxPeersPerIp: 1 },
    limits: { maxInboundPerSecondPerHost: 1 },
  })
  await using closing = new AsyncDisposableStack()
  const bootstrap = [String(node.tor.onion())]
  const peers = await Promise.all([1, 2, 3, 4].map(() => createStack({ tor: true, bootstrap, mailbox: false })))
  for (const peer of peers) closing.use(peer)
  const topic = node.broadcast.topic('square', text)
  for (const peer of peers) peer.broadcast.topic('square', text)
  await topic.ready({ peers: 4 })
  for (const { peerId } of peers) expect(node.broadcast.scoreOf(peerId)).toBeGreaterThanOrEqual(0)
})

test('in Tor a node is measured only when asked for, since clocks tell machines apart', async () => {
  await using one = await createStack({ tor: true })
  await using other = await createStack({ tor: true, measure: {} })
  expect(one.measure).toBeUndefined()
  expect(other.measure).toBeDefined()
})

test.each([
  [{ listen: ['/ip4/0.0.0.0/tcp/0'] }, /listen.*bridge: true/],
  [{ announce: [CLEAR] }, /announce has/],
  [{ bootstrap: ['/dns4/example.org/tcp/4001'] }, /bootstrap has "\/dns4\/example.org/],
  [{ discovery: { bootstrap: ['/dnsaddr/example.org'] } }, /discovery.bootstrap/],
])('%j with tor is refused before anything is opened', async (init, message) => {
  const error = await createStack({ tor: true, ...init }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'StackError', code: 'clearnet-address', message: expect.stringMatching(message) })
})

test.each([
  [{ mdns: true }],
  [{ nat: true }],
  [{ relay: true }],
  [{ libp2p: { transports: [] } }],
  [{ libp2p: { addresses: { appendAnnounce: [CLEAR] } } }],
  [{ libp2p: { dns: { query: async () => ({}) as never } } }],
  [{ libp2p: { connectionManager: { resolvers: {} } } }],
  [{ discovery: { addresses: 'any' as const } }],
  [{ discovery: { mdns: (() => {}) as never } }],
])('%j is a way past Tor, and a mistake beside it', async init => {
  await expect(createStack({ tor: true, ...init })).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringContaining('cannot be had with tor'),
  })
})

test('a clearnet address is not dialled, and the error says so', async () => {
  await using node = await createStack({ tor: true })
  for (const address of [
    CLEAR,
    '/dns4/example.org/tcp/4001/ws',
    '/dnsaddr/bootstrap.libp2p.io',
    '/ip4/127.0.0.1/udp/9/quic-v1',
  ]) {
    await expect(node.libp2p.dial(multiaddr(address))).rejects.toMatchObject({ code: 'clearnet-address' })
    await expect(node.libp2p.dialProtocol([multiaddr(address)], '/x')).rejects.toMatchObject({
      code: 'clearnet-address',
    })
    expect(await node.libp2p.isDialable(multiaddr(address))).toBe(false)
  }
  // a peer by its name alone is looked up
  const nobody = multiaddr('/p2p/12D3KooWHfYyqLWFJ9JJzBqdAwjgGLhZ9KU6wTKy7DmzDVBWpLjL')
  await expect(node.libp2p.dial(nobody)).rejects.toMatchObject({ name: 'NoValidAddressesError' })
})

test('Tor that cannot be started is an error of its own, and leaves the data directory free', async () => {
  const dataDir = dataDirectory()
  await expect(createStack({ dataDir, tor: { program: '/nowhere/tor' } })).rejects.toMatchObject({ code: 'no-tor' })
  await using node = await createStack({ dataDir, tor: true })
  expect(node.libp2p.status).toBe('started')
})

test('the way into the Tor network is told', async () => {
  const seen: number[] = []
  await using _ = await createStack({ tor: { onBootstrap: ({ percent }) => seen.push(percent) } })
  expect(seen).toEqual([5, 45, 100])
})

test('an identity that lives in Tor is not started outside, nor one from outside in Tor', async () => {
  const open = { listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, nat: false }
  const [inTor, outside, both] = [dataDirectory(), dataDirectory(), dataDirectory()]
  await (await createStack({ dataDir: inTor, tor: true })).stop()
  await (await createStack({ dataDir: outside, ...open })).stop()
  await (await createStack({ dataDir: both, ...open, tor: { bridge: true } })).stop()
  expect(readFileSync(join(inTor, 'tor-mode'), 'utf8')).toBe('tor\n')
  expect(statSync(join(inTor, 'tor-mode')).mode & 0o777).toBe(0o600)

  const wrong = { code: 'wrong-world' }
  await expect(createStack({ dataDir: inTor, ...open })).rejects.toMatchObject(wrong)
  await expect(createStack({ dataDir: inTor, ...open, tor: { bridge: true } })).rejects.toMatchObject(wrong)
  await expect(createStack({ dataDir: outside, tor: true })).rejects.toMatchObject(wrong)
  await expect(createStack({ dataDir: both, tor: true })).rejects.toMatchObject(wrong)
  await (await createStack({ dataDir: inTor, tor: true })).stop()
  await (await createStack({ dataDir: both, ...open, tor: { bridge: true } })).stop()
})

test('a bridge is met in both worlds, and passes on between them', async () => {
  const open = { listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, nat: false }
  await using outside = await createStack(open)
  await using bridge = await createStack({
    ...open,
    tor: { bridge: true },
    bootstrap: outside.libp2p.getMultiaddrs().map(String),
  })
  await using inside = await createStack({ tor: true, bootstrap: [String(bridge.tor.onion())] })
  const heard = outside.broadcast.topic('square', text)[Symbol.asyncIterator]()
  const relay = bridge.broadcast.topic('square', text)
  const said = inside.broadcast.topic('square', text)
  await relay.ready({ peers: 2 })
  await said.ready({ peers: 1 })
  await said.publish('from within')
  expect((await heard.next()).value).toMatchObject({ value: 'from within' })
  expect(kindsKnown(bridge)).toEqual(new Set(['ip4', 'onion3']))
  expect(kindsKnown(inside)).toEqual(new Set(['onion3']))
  expect(kindsKnown(outside)).not.toContain('onion3')
})

function kindsKnown({ discovery }: { discovery: DiscoveryService }): Set<string | undefined> {
  return new Set(discovery.peers().flatMap(({ addresses }) => addresses.map(address => address.split('/')[1])))
}
