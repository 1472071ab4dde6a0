import { afterEach, expect, test } from 'vitest'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { frameStream } from '@stoa/codec'
import { peersProtocol } from '@stoa/discovery'
import { until } from '@stoa/testkit'
import { createLibp2p } from 'libp2p'
import { PeersRequest, PeersResponse } from '../src/gen/peers.js'
import { addressOf, bareAddressOf, startNode } from './node.ts'
import type { NodeInit } from './node.ts'
import type { Libp2p, PrivateKey } from '@libp2p/interface'

const PROTOCOL = peersProtocol('main')
const nodes: Libp2p[] = []
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(async node => node.stop()))
})

/** Stands for the rule of a node in Tor: what these nodes may know, and what they may not. */
const inside = (address: string): boolean => address.startsWith('/ip4/127.0.0.1/')
const INSIDE = '/ip4/127.0.0.1/tcp/1'
const OUTSIDE = [
  '/ip4/192.0.2.1/tcp/4001',
  '/dns4/example.org/tcp/443/wss',
  '/dnsaddr/example.org',
  '/ip4/10.0.0.1/tcp/1',
]

async function open(init: NodeInit = {}) {
  const node = await startNode({ addresses: inside, ...init })
  nodes.push(node)
  return node
}

/** A member that says of itself what `announce` says, and tells of the peers in `records`. */
async function teller(announce: string[], records: Uint8Array<ArrayBuffer>[]): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'], announce },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  })
  await node.handle(PROTOCOL, async stream => {
    const frames = frameStream(stream, { maxFrameBytes: 1 << 20 })
    await frames.read()
    await frames.write(PeersResponse.encode({ records }))
    await frames.close()
  })
  nodes.push(node)
  return node
}

async function record(key: PrivateKey, addresses: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const peerId = peerIdFromPrivateKey(key)
  const payload = new PeerRecord({ peerId, multiaddrs: addresses.map(one => multiaddr(one)) })
  return Uint8Array.from((await RecordEnvelope.seal(payload, key)).marshal())
}

test('of what a member tells, in identify and in exchange, only allowed addresses are kept; the others are counted', async () => {
  const [mixed, outside] = await Promise.all([generateKeyPair('Ed25519'), generateKeyPair('Ed25519')])
  const records = [await record(mixed, [...OUTSIDE, INSIDE]), await record(outside, OUTSIDE)]
  const liar = await teller(OUTSIDE, records)
  const node = await open({ dht: false })
  // it announces none of the addresses where it is
  const [address] = (
    liar as unknown as { components: { transportManager: { getAddrs(): string[] } } }
  ).components.transportManager.getAddrs()
  await node.dial(multiaddr(String(address)))
  const known = () => node.services.discovery.peers()
  await until(() => known().some(({ peer }) => peer.equals(peerIdFromPrivateKey(mixed))))

  expect(
    known()
      .flatMap(({ addresses }) => addresses)
      .every(inside),
  ).toBe(true)
  expect(known().map(({ peer }) => String(peer))).not.toContain(String(peerIdFromPrivateKey(outside)))
  expect(node.services.discovery.status().refusedAddresses).toBeGreaterThanOrEqual(3 * OUTSIDE.length)
})

test('a record with an address that is not allowed is not passed on: its signature keeps it from being shortened', async () => {
  const node = await open({ dht: false })
  const honest = await open({ dht: false, bootstrap: [addressOf(node)] })
  const bridge = await startNode({
    dht: false,
    bootstrap: [addressOf(node)],
    libp2p: { addresses: { listen: ['/ip4/127.0.0.1/tcp/0'], appendAnnounce: ['/ip4/127.0.0.1/tcp/9', ...OUTSIDE] } },
  })
  nodes.push(bridge)
  await until(() => node.services.discovery.status().known === 2)
  const asker = await teller([INSIDE], [])
  const stream = frameStream(await asker.dialProtocol(node.getMultiaddrs(), PROTOCOL), { maxFrameBytes: 1 << 20 })
  await stream.write(PeersRequest.encode({ count: 10 }))
  const { records } = PeersResponse.decode((await stream.read()) ?? new Uint8Array())
  await stream.close()
  const signers = await Promise.all(
    records.map(async one => String((await RecordEnvelope.openAndCertify(one, PeerRecord.DOMAIN)).publicKey.toCID())),
  )
  expect(signers).toContain(String(honest.peerId.toCID()))
  expect(signers).not.toContain(String(bridge.peerId.toCID()))
})

test('the DHT neither passes on nor hands out addresses that are not allowed', async () => {
  const hub = await open()
  const honest = await open({ bootstrap: [addressOf(hub)], targetPeers: 1 })
  const lookup = { targetPeers: 1, bootstrap: [addressOf(hub)] }
  const [strict, lenient] = [await open(lookup), await open({ ...lookup, addresses: 'any' })]
  await until(() => hub.services.discovery.status().connected === 3)
  // as if somebody had got them in there
  const multiaddrs = OUTSIDE.map(one => multiaddr(one))
  for (const node of [hub, strict]) await node.peerStore.merge(honest.peerId, { multiaddrs })
  const told = await until(() => lenient.peerRouting.findPeer(honest.peerId).catch(() => undefined))
  expect(told.multiaddrs.map(String)).toEqual([bareAddressOf(honest)])
  const found = await strict.peerRouting.findPeer(honest.peerId)
  expect(found.multiaddrs.map(String).filter(address => !inside(address))).toEqual([])
})
