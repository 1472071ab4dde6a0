import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerId, PrivateKey } from '@libp2p/interface'

// What somebody would say who wants a node in Tor mode to show itself: the wire of identify, peer exchange, DHT and gossip written by hand, since an
// honest implementation would not say it.

const RELAY = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'

/** Addresses of every kind that a node in Tor mode must not dial, resolve, keep or pass on. */
export const LIES = [
  '/ip4/198.51.100.7/tcp/4001',
  '/ip4/198.51.100.7/tcp/4002/ws',
  '/ip4/198.51.100.7/udp/4001/quic-v1',
  '/ip4/198.51.100.7/udp/9090/webrtc-direct',
  '/ip4/10.0.0.7/tcp/4001',
  '/ip4/192.168.1.7/tcp/4001',
  '/ip4/127.0.0.1/tcp/4003',
  '/ip6/2001:db8:7::7/tcp/4001',
  '/ip6/::1/tcp/4001',
  '/dns4/tracker.example.org/tcp/443/wss',
  '/dnsaddr/bootstrap.example.org',
  '/dns/printer.local/tcp/4001',
  '/dns4/expyuzz4wqqyqhjn.onion/tcp/4001',
  `/ip4/198.51.100.8/tcp/4001/p2p/${RELAY}/p2p-circuit`,
  `/dns4/relay.example.org/tcp/4001/p2p/${RELAY}/p2p-circuit`,
] as const
/** libp2p and we look at the first few alone: each puppet has others, and one address that is none. */
const LIES_OF_ONE = 4

export interface Puppet {
  readonly id: PeerId
  readonly addresses: readonly string[]
  /** A peer record that it signed. */
  readonly signed: Uint8Array
}

/** Identities that nobody runs. Together they have all lies, and each the true address as its last. */
export async function createPuppets(trueAddress: string): Promise<Puppet[]> {
  const puppets: Puppet[] = []
  for (let first = 0; first < LIES.length; first += LIES_OF_ONE) {
    const key = await generateKeyPair('Ed25519')
    const addresses = [...LIES.slice(first, first + LIES_OF_ONE), trueAddress]
    puppets.push({ id: peerIdFromPrivateKey(key), addresses, signed: await signAddresses(key, addresses) })
  }
  return puppets
}

export async function signAddresses(key: PrivateKey, addresses: readonly string[]): Promise<Uint8Array> {
  const record = new PeerRecord({
    peerId: peerIdFromPrivateKey(key),
    multiaddrs: addresses.map(address => multiaddr(address)),
    seqNumber: BigInt(Date.now()),
  })
  return (await RecordEnvelope.seal(record, key)).marshal()
}

/** Identify of libp2p: its addresses, and where it claims to see the other. */
export function identifyMessage(init: {
  key: PrivateKey
  addresses: readonly string[]
  protocols: readonly string[]
  observed: string
  signed: Uint8Array
}): Uint8Array {
  return join(
    field(1, publicKeyMessage(init.key)),
    ...init.addresses.map(address => field(2, multiaddr(address).bytes)),
    ...init.protocols.map(protocol => field(3, utf8(protocol))),
    field(4, multiaddr(init.observed).bytes),
    field(6, utf8('liar')),
    field(8, init.signed),
  )
}

/** spec/discovery.md §4. */
export function peersResponse(puppets: readonly Puppet[]): Uint8Array {
  return join(...puppets.map(({ signed }) => field(1, signed)))
}

/** An answer to FIND_NODE. */
export function findNodeResponse(puppets: readonly Puppet[]): Uint8Array {
  const closer = puppets.map(({ id, addresses }) =>
    join(field(1, id.toMultihash().bytes), ...addresses.map(address => field(2, multiaddr(address).bytes))),
  )
  return join(Uint8Array.of(0x08, 4), ...closer.map(peer => field(8, peer)))
}

/** gossipsub's own peer exchange: a PRUNE that names others. */
export function pruneMessage(topic: string, puppets: readonly Puppet[]): Uint8Array {
  const peers = puppets.map(({ id, signed }) => field(2, join(field(1, id.toMultihash().bytes), field(2, signed))))
  return field(3, field(4, join(field(1, utf8(topic)), ...peers)))
}

/** libp2p's PublicKey: type Ed25519, and the key. */
function publicKeyMessage(key: PrivateKey): Uint8Array {
  return join(Uint8Array.of(0x08, 1), field(2, key.publicKey.raw))
}

/** A field of protobuf that holds bytes. */
function field(tag: number, value: Uint8Array): Uint8Array {
  return join(Uint8Array.of((tag << 3) | 2), varint(value.byteLength), value)
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128)
  return Uint8Array.of(...bytes, value)
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts))
}

function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

/** The values of a field that holds bytes; what else there is are numbers. */
export function fieldsOf(message: Uint8Array, tag: number): Uint8Array[] {
  const found: Uint8Array[] = []
  let at = 0
  const next = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++] ?? 0
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < message.byteLength) {
    const key = next()
    const value = next()
    if ((key & 7) === 0) continue
    if (key >> 3 === tag) found.push(message.subarray(at, at + value))
    at += value
  }
  return found
}
