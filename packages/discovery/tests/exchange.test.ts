import { afterEach, describe, expect, test } from 'vitest'
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
import { addressOf, startNode, stopAll } from './node.ts'
import type { NodeInit, TestNode } from './node.ts'
import type { Libp2p, PrivateKey, Stream } from '@libp2p/interface'

const PROTOCOL = peersProtocol('main')
const nodes: TestNode[] = []
const raws: Libp2p[] = []
const open = async (init: NodeInit = {}) => {
  const node = await startNode({ dht: false, ...init })
  nodes.push(node)
  return node
}

/** A libp2p node of no discovery at all, that speaks on our protocol whatever it likes. */
async function rawPeer(handler: (stream: Stream) => void | Promise<void> = () => {}): Promise<Libp2p> {
  const raw = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 10_000 },
    services: { identify: identify() },
  })
  await raw.handle(PROTOCOL, handler)
  raws.push(raw)
  return raw
}

afterEach(async () => {
  await stopAll(nodes.splice(0))
  await Promise.all(raws.splice(0).map(async raw => raw.stop()))
})

async function sendRaw(stream: Stream, sent: Uint8Array, then?: 'and close'): Promise<void> {
  stream.send(sent)
  if (then !== undefined) await stream.close()
}

const frames = (stream: Stream) => frameStream(stream, { maxFrameBytes: 1 << 20 })

async function ask(raw: Libp2p, node: TestNode, count: number): Promise<PeersResponse> {
  const stream = frames(await raw.dialProtocol(node.getMultiaddrs()[0]!, PROTOCOL))
  await stream.write(PeersRequest.encode({ count }))
  const answer = PeersResponse.decode((await stream.read()) ?? new Uint8Array())
  await stream.close()
  return answer
}

/** Answers every request with these records. */
const telling = (records: () => Uint8Array<ArrayBuffer>[]) => async (stream: Stream) => {
  const framed = frames(stream)
  await framed.read()
  await framed.write(PeersResponse.encode({ records: records() }))
  await framed.close()
}

async function record(key: PrivateKey, addresses: string[], of = key): Promise<Uint8Array<ArrayBuffer>> {
  const payload = new PeerRecord({ peerId: peerIdFromPrivateKey(of), multiaddrs: addresses.map(one => multiaddr(one)) })
  return Uint8Array.from((await RecordEnvelope.seal(payload, key)).marshal())
}

const knows = (node: TestNode, key: PrivateKey) =>
  node.services.discovery.peers().some(({ peer }) => peer.equals(peerIdFromPrivateKey(key)))
const DEAD = '/ip4/127.0.0.1/tcp/1'

describe('what a peer tells', () => {
  test('a record that its peer signed is learned', async () => {
    const key = await generateKeyPair('Ed25519')
    const told = await record(key, [DEAD])
    const teller = await rawPeer(telling(() => [told]))
    const node = await open({ bootstrap: teller.getMultiaddrs() })
    await until(() => knows(node, key))
    const row = node.services.discovery.peers().find(({ peer }) => peer.equals(peerIdFromPrivateKey(key)))
    expect(row).toMatchObject({ source: 'exchange', addresses: [DEAD], successes: 0 })
  })

  test('a record signed by another than its peer is refused, with all that came along', async () => {
    const [victim, forger, fellow] = await Promise.all([1, 2, 3].map(() => generateKeyPair('Ed25519')))
    const records = [await record(fellow!, [DEAD]), await record(forger!, [DEAD], victim!)]
    let asked = 0
    const teller = await rawPeer(telling(() => (asked++, records)))
    const node = await open({ bootstrap: teller.getMultiaddrs(), askMinMs: 1, askMaxMs: 1 })
    await until(() => asked === 1 && node.services.discovery.status().connected === 1)
    const honest = await generateKeyPair('Ed25519')
    const told = await record(honest, [DEAD])
    const other = await rawPeer(telling(() => [told]))
    await node.dial(other.getMultiaddrs())
    await until(() => knows(node, honest))
    expect([victim, forger, fellow].some(key => knows(node, key!))).toBe(false)
    expect(asked).toBe(1)
  })

  test('a record whose signature was tampered with is refused', async () => {
    const key = await generateKeyPair('Ed25519')
    const good = await record(key, [DEAD])
    const bad = Uint8Array.from(good)
    bad[bad.length - 1]! ^= 1
    let asked = 0
    const teller = await rawPeer(telling(() => (asked++, [bad])))
    const node = await open({ bootstrap: teller.getMultiaddrs() })
    await until(() => asked === 1)
    await until(() => node.services.discovery.status().connected === 1)
    expect(knows(node, key)).toBe(false)
  })

  test.each([
    [
      'an oversized length prefix with the body withheld',
      (stream: Stream) => sendRaw(stream, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)),
    ],
    ['garbage', (stream: Stream) => sendRaw(stream, crypto.getRandomValues(new Uint8Array(4_096)))],
    ['more records than allowed', telling(() => Array.from({ length: 33 }, () => new Uint8Array(8)))],
    ['a truncated frame', (stream: Stream) => sendRaw(stream, Uint8Array.of(50, 1, 2), 'and close')],
    ['nothing, for ever', () => {}],
    ['an end before any answer', (stream: Stream) => stream.close()],
  ])('%s costs the teller its stream, and the node asks on elsewhere', async (_, handler) => {
    const key = await generateKeyPair('Ed25519')
    const told = await record(key, [DEAD])
    const [hostile, honest] = [await rawPeer(handler), await rawPeer(telling(() => [told]))]
    const node = await open({
      bootstrap: [...hostile.getMultiaddrs(), ...honest.getMultiaddrs()],
      exchangeTimeoutMs: 200,
    })
    await until(() => knows(node, key))
    await until(() =>
      node.getConnections(hostile.peerId).every(({ streams }) => !streams.some(s => s.protocol === PROTOCOL)),
    )
    expect(node.services.discovery.status().connected).toBe(2)
  })
})

describe('what a peer asks', () => {
  test('it is told of members, each by the record that the member signed, and at most as many as asked for', async () => {
    const first = await open()
    const others = await Promise.all([1, 2, 3].map(() => open({ bootstrap: [addressOf(first)] })))
    await until(() => first.services.discovery.status().connected === 3)
    const asker = await rawPeer()
    const { records } = await ask(asker, first, 10)
    const signers = await Promise.all(
      records.map(async one =>
        (await RecordEnvelope.openAndCertify(one, PeerRecord.DOMAIN)).publicKey.toCID().toString(),
      ),
    )
    expect(new Set(signers)).toEqual(new Set(others.map(({ peerId }) => peerId.toCID().toString())))
    expect((await ask(asker, first, 2)).records).toHaveLength(2)
  })

  test('one that asks without end is told to wait, while another is served', async () => {
    const node = await open({ answerBurst: 3 })
    const friend = await open({ bootstrap: [addressOf(node)] })
    await until(() => node.services.discovery.status().connected === 1 && node.services.discovery.status().known === 1)
    const greedy = await rawPeer()
    const answers = []
    for (let n = 0; n < 6; n++) answers.push(await ask(greedy, node, 10))
    expect(answers.map(({ retryAfterMs }) => retryAfterMs > 0)).toEqual([false, false, false, true, true, true])
    const { records } = await ask(await rawPeer(), node, 10)
    expect(records.length).toBeGreaterThan(0)
    expect(friend.services.discovery.status().connected).toBeGreaterThan(0)
  })

  test.each([
    ['a frame longer than any request', Uint8Array.of(0xff, 0xff, 0x7f)],
    ['garbage', Uint8Array.of(4, 0xff, 0xff, 0xff, 0xff)],
    ['half a frame', Uint8Array.of(2, 8)],
  ])('%s costs the asker its stream and nothing else', async (_, sent) => {
    const node = await open({ exchangeTimeoutMs: 200 })
    const asker = await rawPeer()
    const stream = await asker.dialProtocol(node.getMultiaddrs()[0]!, PROTOCOL)
    stream.send(sent)
    await until(() => stream.status !== 'open')
    expect((await ask(asker, node, 1)).records).toEqual([])
  })

  test('streams beyond the second on one connection are refused', async () => {
    const node = await open()
    const asker = await rawPeer()
    await Promise.allSettled(Array.from({ length: 50 }, () => asker.dialProtocol(node.getMultiaddrs()[0]!, PROTOCOL)))
    const live = () =>
      node
        .getConnections(asker.peerId)
        .flatMap(({ streams }) => streams)
        .filter(({ protocol }) => protocol === PROTOCOL)
    await until(() => live().length <= 2)
    expect(node.getConnections(asker.peerId)).toHaveLength(1)
  })
})
