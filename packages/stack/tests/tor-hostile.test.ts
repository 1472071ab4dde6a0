import { createHook } from 'node:async_hooks'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { frameStream } from '@stoa/codec'
import { dhtProtocol, isOnionAddress, isOnionRecord, peersProtocol } from '@stoa/discovery'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { tor } from '@stoa/tor'
import { ClassicLevel } from 'classic-level'
import { createLibp2p } from 'libp2p'
import { expect, test, vi } from 'vitest'
import { FakeTor } from './fake-tor.ts'
import { field, fields } from './protobuf.ts'
import type { PrivateKey, Stream } from '@libp2p/interface'

vi.mock(import('@stoa/tor'), async original => ({ ...(await original()), startTor: init => FakeTor.start(init) }))

const IDENTIFY = '/ipfs/id/1.0.0'
const PUSH = '/ipfs/id/push/1.0.0'
/** Documentation addresses (RFC 5737), names, and what only means something on the victim's own machine. */
const CLEAR = [
  '/ip4/192.0.2.77/tcp/4001',
  '/ip4/192.0.2.77/udp/4001/quic-v1',
  '/ip4/127.0.0.1/tcp/22',
  '/ip4/10.20.30.40/tcp/80',
  '/dns4/tracker-192-0-2-77.example.org/tcp/443/wss',
  '/dnsaddr/tracker-192-0-2-77.example.org',
]
/** How they look on a disk. */
const TRACES = [Buffer.of(192, 0, 2, 77), Buffer.of(10, 20, 30, 40), Buffer.from('tracker-192-0-2-77')]
const clearBytes = CLEAR.map(address => multiaddr(address).bytes)

async function signedRecord(key: PrivateKey, addresses: string[]): Promise<Uint8Array> {
  const payload = new PeerRecord({
    peerId: peerIdFromPrivateKey(key),
    multiaddrs: addresses.map(address => multiaddr(address)),
    seqNumber: BigInt(Date.now()),
  })
  return Uint8Array.from((await RecordEnvelope.seal(payload, key)).marshal())
}

const framed = (stream: Stream) => frameStream(stream, { maxFrameBytes: 1 << 20 })

/** A member of the network whose every word about addresses is meant to draw others out of Tor. */
async function hostilePeer() {
  const gateway = await FakeTor.start({ dataDir: '' })
  const [key, invented] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
  const own = String(gateway.onion())
  const lie = await signedRecord(key, [...CLEAR, own])
  const peerEntry = (of: PrivateKey) =>
    Buffer.concat([field(1, peerIdFromPrivateKey(of).toMultihash().bytes), ...clearBytes.map(bytes => field(2, bytes))])
  const identity = Buffer.concat([
    field(1, publicKeyToProtobuf(key.publicKey)),
    ...clearBytes.map(bytes => field(2, bytes)),
    ...[IDENTIFY, PUSH, peersProtocol('main'), dhtProtocol('main')].map(name => field(3, Buffer.from(name))),
    field(4, multiaddr('/ip4/192.0.2.77/udp/9/quic-v1').bytes),
    field(8, lie),
  ])
  const node = await createLibp2p({
    privateKey: key,
    addresses: { listen: [own] },
    transports: [tor(gateway)],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // whoever does not answer pings does not get into a routing table
    services: { ping: ping() },
  })
  let lookups = 0
  await node.handle(IDENTIFY, async stream => {
    const frames = framed(stream)
    await frames.write(identity)
    await frames.close()
  })
  await node.handle(peersProtocol('main'), async stream => {
    const frames = framed(stream)
    await frames.read()
    await frames.write(field(1, await signedRecord(invented, CLEAR)))
    await frames.close()
  })
  await node.handle(dhtProtocol('main'), async stream => {
    const frames = framed(stream)
    for (;;) {
      if ((await frames.read()) === undefined) return
      lookups++
      await frames.write(Buffer.concat([Buffer.of(0x08, 4), field(8, peerEntry(invented)), field(8, peerEntry(key))]))
    }
  })
  return {
    node,
    gateway,
    identity,
    invented: peerIdFromPrivateKey(invented),
    lookups: () => lookups,
    /** ADD_PROVIDER: a provider record with the peer's own addresses. */
    provider: Buffer.concat([
      Buffer.of(0x08, 2),
      field(2, Buffer.concat([Buffer.of(0x12, 32), Buffer.alloc(32, 7)])),
      field(9, peerEntry(key)),
    ]),
    findNode: Buffer.concat([Buffer.of(0x08, 4), field(2, Buffer.alloc(32, 9))]),
    async stop() {
      await node.stop()
      await gateway.stop()
    },
  }
}

/** What a process opens beside unix sockets: sockets of TCP and UDP, and questions for names. */
function watchSockets() {
  const opened: string[] = []
  const hook = createHook({
    init: (_, type) => {
      if (/^(TCP|UDP|GETADDRINFO|GETNAMEINFO|QUERY|TLS)/.test(type)) opened.push(type)
    },
  }).enable()
  return { opened, [Symbol.dispose]: () => void hook.disable() }
}

test('whatever a member says of addresses, nothing of it is dialled, looked up, kept, written or passed on', async () => {
  using sockets = watchSockets()
  const dataDir = mkdtempSync(join(tmpdir(), 'stoa-tor-hostile-'))
  const hostile = await hostilePeer()
  const victim = await createStack({
    tor: true,
    dataDir,
    bootstrap: hostile.node.getMultiaddrs().map(String),
    discovery: { walkMinMs: 100, flushIntervalMs: 50 },
  })
  await until(() => victim.discovery.status().connected === 1, { what: 'the victim to meet the hostile peer' })
  await using friend = await createStack({ tor: true, bootstrap: [String(victim.tor.onion())] })
  await until(() => friend.discovery.status().connected >= 1, { what: 'a friend to meet the victim' })

  // identify has told them by now; then push, a provider record, and what lookups bring
  const say = async (protocol: string, message: Uint8Array): Promise<Uint8Array | undefined> => {
    const stream = framed(await hostile.node.dialProtocol(victim.libp2p.getMultiaddrs(), protocol))
    await stream.write(message)
    if (protocol === PUSH) await stream.close()
    else return stream.read()
  }
  await say(PUSH, hostile.identity)
  await until(
    async () => {
      for await (const _ of victim.libp2p.peerRouting.getClosestPeers(Buffer.alloc(32, 1))) continue
      return hostile.lookups() > 0
    },
    { what: 'a lookup to ask the hostile peer' },
  )
  const dht = framed(await hostile.node.dialProtocol(victim.libp2p.getMultiaddrs(), dhtProtocol('main')))
  await dht.write(hostile.provider)
  await dht.write(hostile.findNode)
  const closest = fields((await dht.read())!)
  await expect(victim.libp2p.dial(hostile.invented)).rejects.toMatchObject({ name: 'NoValidAddressesError' })
  await until(() => victim.discovery.status().refusedAddresses >= 3 * CLEAR.length, { what: 'the lies to be counted' })

  // what it keeps
  const known = victim.discovery.peers().flatMap(({ addresses }) => addresses)
  expect(known.length).toBeGreaterThan(0)
  expect(known.filter(address => !address.startsWith('/onion3/'))).toEqual([])
  for (const { addresses, peerRecordEnvelope } of await victim.libp2p.peerStore.all()) {
    expect(addresses.filter(address => !isOnionAddress(address.multiaddr))).toEqual([])
    expect(peerRecordEnvelope === undefined || isOnionRecord(peerRecordEnvelope)).toBe(true)
  }
  expect(
    friend.discovery
      .peers()
      .flatMap(({ addresses }) => addresses)
      .every(address => address.startsWith('/onion3/')),
  ).toBe(true)

  // what it passes on
  const exchange = fields((await say(peersProtocol('main'), Buffer.of(0x08, 10)))!)
  expect(exchange.filter(({ number, bytes }) => number === 1 && !isOnionRecord(bytes!))).toEqual([])
  const addresses = closest
    .filter(({ number }) => number === 8)
    .flatMap(({ bytes }) => fields(bytes!))
    .filter(({ number }) => number === 2)
    .map(({ bytes }) => multiaddr(bytes!))
  expect(addresses.filter(address => !isOnionAddress(address))).toEqual([])

  // what it says of itself
  const identify = framed(await hostile.node.dialProtocol(victim.libp2p.getMultiaddrs(), IDENTIFY))
  const said = fields((await identify.read())!)
  const of = (wanted: number) => said.filter(({ number }) => number === wanted).map(({ bytes }) => Buffer.from(bytes!))
  const own = `/onion3/${String(victim.tor.onion()).slice('/onion3/'.length)}`
  expect(of(2).map(bytes => String(multiaddr(bytes)))).toEqual([own])
  expect(of(4)).toEqual([])
  expect(of(5).concat(of(6)).map(String)).toEqual(['ipfs/0.1.0', 'stoa'])
  const { payload } = RecordEnvelope.createFromProtobuf(of(8)[0]!)
  expect(PeerRecord.createFromProtobuf(payload).multiaddrs.map(String)).toEqual([own])
  expect(victim.libp2p.getMultiaddrs().map(String)).toEqual([`${own}/p2p/${String(victim.peerId)}`])

  await Promise.all([victim.stop(), hostile.stop()])
  expect(await traces(join(dataDir, 'store'))).toEqual([])
  rmSync(dataDir, { recursive: true, force: true })
  expect(sockets.opened).toEqual([])
})

test('a node that was told to trust its own gater and filter still dials onion addresses alone', async () => {
  using sockets = watchSockets()
  const asked: string[] = []
  await using node = await createStack({
    tor: true,
    connectionGater: {
      denyDialMultiaddr: async address => {
        asked.push(String(address))
        return false
      },
      filterMultiaddrForPeer: async () => true,
    },
    libp2p: {
      peerStore: { addressFilter: async () => true },
      connectionGater: { denyDialMultiaddr: async () => false },
    },
  })
  const peer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  await node.libp2p.peerStore.merge(peer, { multiaddrs: CLEAR.map(address => multiaddr(address)) })
  expect((await node.libp2p.peerStore.get(peer)).addresses).toEqual([])
  await expect(node.libp2p.dial(peer)).rejects.toMatchObject({ name: 'NoValidAddressesError' })
  for (const address of CLEAR) expect(await node.libp2p.isDialable(multiaddr(address))).toBe(false)
  expect(asked).toEqual([])
  expect(sockets.opened).toEqual([])
})

test('a connection past Tor would have been seen', async () => {
  using sockets = watchSockets()
  await once(connect({ host: '127.0.0.1', port: 1 }), 'error')
  expect(sockets.opened).toContain('TCPWRAP')
})

/** Everything on the disk that one of the lies is part of. */
async function traces(path: string): Promise<string[]> {
  await using level = new ClassicLevel<string, Buffer>(path, { keyEncoding: 'utf8', valueEncoding: 'buffer' })
  const found: string[] = []
  for await (const [key, value] of level.iterator()) {
    if (TRACES.some(trace => value.includes(trace))) found.push(key)
  }
  return found
}
