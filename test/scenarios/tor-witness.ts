import { generateKeyPair } from '@libp2p/crypto/keys'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { frameStream } from '@stoa/codec'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { freePort, openOnion } from './onion-service.ts'
import { fieldsOf } from './tor-lies.ts'
import type { IdentifyResult, PeerId } from '@libp2p/interface'
import type { Stack } from '@stoa/stack'
import type { TorNetwork } from '@stoa/testkit/tor'

const ONION_PORT = 4001
const MAX_FRAME_BYTES = 65_536
const WAIT_MS = 60_000
/** spec/discovery.md §4: for as many records as there may be. */
const PEERS_REQUEST = Uint8Array.of(0x08, 32)
/** kad-dht: type FIND_NODE, and a key that everybody is as near to as to any. */
const FIND_NODE_REQUEST = Uint8Array.of(0x08, 4, 0x12, 32, ...new Uint8Array(32))

/** A peer that asks whoever connects what it knows of others: all that a node in Tor mode says, as it is on the wire. */
export class TorWitness implements AsyncDisposable {
  readonly address: string
  readonly identified: IdentifyResult[] = []
  readonly #stack: Stack<{ discovery: false }>

  private constructor(stack: Stack<{ discovery: false }>, address: string) {
    this.#stack = stack
    this.address = `${address}/p2p/${String(stack.peerId)}`
    stack.libp2p.addEventListener('peer:identify', ({ detail }) => this.identified.push(detail))
  }

  static async start(tor: TorNetwork): Promise<TorWitness> {
    const port = await freePort()
    const address = `/onion3/${await openOnion(tor, 'witness', [[ONION_PORT, port]])}:${ONION_PORT}`
    const stack = await createStack({
      privateKey: await generateKeyPair('Ed25519'),
      listen: [`/ip4/127.0.0.1/tcp/${port}`],
      announce: [address],
      mdns: false,
      nat: false,
      relay: false,
      discovery: false,
    })
    // whoever of this network is met has to speak it, or is left again
    await stack.libp2p.handle('/stoa/main/peers/1.0.0', stream => stream.close())
    return new TorWitness(stack, address)
  }

  /** What it said of itself. */
  async identify(peer: string): Promise<IdentifyResult> {
    return until(() => this.identified.find(({ peerId }) => peerId.toString() === peer), {
      on: [[this.#stack.libp2p, 'peer:identify']],
      timeoutMs: WAIT_MS,
      what: `${peer} to say who it is`,
    })
  }

  /** All addresses in its answers to peer exchange and to a lookup in the DHT. */
  async toldBy(peer: string): Promise<string[]> {
    const { peerId } = await this.identify(peer)
    const [exchanged, found] = [
      await this.#ask(peerId, '/stoa/main/peers/1.0.0', PEERS_REQUEST),
      await this.#ask(peerId, '/stoa/main/kad/1.0.0', FIND_NODE_REQUEST),
    ]
    const records = fieldsOf(exchanged, 1).map(envelope => {
      const { payload } = RecordEnvelope.createFromProtobuf(envelope)
      return PeerRecord.createFromProtobuf(payload).multiaddrs.map(String)
    })
    const closer = fieldsOf(found, 8).map(info => fieldsOf(info, 2).map(bytes => multiaddr(bytes).toString()))
    return [...records, ...closer].flat()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.stop()
  }

  async #ask(peer: PeerId, protocol: string, request: Uint8Array): Promise<Uint8Array> {
    const options = { signal: AbortSignal.timeout(WAIT_MS) }
    const frames = frameStream(await this.#stack.libp2p.dialProtocol(peer, protocol, options), {
      maxFrameBytes: MAX_FRAME_BYTES,
    })
    await frames.write(request, options)
    const answer = await frames.read(options)
    if (answer === undefined) throw new Error(`no answer on ${protocol}`)
    await frames.close(options)
    return answer
  }
}
