import { EventEmitter } from 'node:events'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { bytes, frameStream } from '@stoa/codec'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { freePort, knockedAt, openOnion } from './onion-service.ts'
import {
  createPuppets,
  findNodeResponse,
  identifyMessage,
  LIES,
  peersResponse,
  pruneMessage,
  signAddresses,
} from './tor-lies.ts'
import type { IdentifyResult, PeerId, PrivateKey, Stream } from '@libp2p/interface'
import type { Stack } from '@stoa/stack'
import type { TorNetwork } from '@stoa/testkit/tor'

const ONION_PORT = 4001
const EXCHANGE_PORT = 5001
const DHT_PORT = 5002
const MAX_FRAME_BYTES = 65_536
const ANSWER_TIMEOUT_MS = 20_000
/** What the slowest channel takes, a DHT lookup of a node that has just started. */
const TOLD_TIMEOUT_MS = 90_000

/** What was told to somebody, and where somebody came who had read it. */
const CHANNELS = ['identify', 'push', 'exchange', 'exchange:dialled', 'dht', 'dht:dialled', 'prune'] as const
type Channel = (typeof CHANNELS)[number]
type LiarStack = Stack<{ discovery: false; mailbox: false }>

/**
 * A peer that is on clearnet itself, behind an onion service of a Tor of its own, and tells whoever connects of clearnet, DNS, mDNS and private
 * addresses. Each puppet that it tells of has a true onion address beside, which leads back here: whoever comes there has read what was told.
 */
export class TorLiar implements AsyncDisposable {
  /** Where it is reached, with its peer id. */
  readonly address: string
  /** What others told of themselves by identify. */
  readonly identified: IdentifyResult[] = []
  readonly #closing: AsyncDisposableStack
  readonly #stack: LiarStack
  readonly #told: Told

  private constructor(stack: LiarStack, init: { address: string; told: Told; closing: AsyncDisposableStack }) {
    this.#stack = stack
    this.#closing = init.closing
    this.#told = init.told
    this.address = `${init.address}/p2p/${String(stack.peerId)}`
  }

  static async start(tor: TorNetwork): Promise<TorLiar> {
    await using closing = new AsyncDisposableStack()
    const told = new Told()
    const decoy = (channel: Channel) => knockedAt(closing, () => told.add(channel))
    const port = await freePort()
    const host = await openOnion(tor, 'liar', [
      [ONION_PORT, port],
      [EXCHANGE_PORT, await decoy('exchange:dialled')],
      [DHT_PORT, await decoy('dht:dialled')],
    ])
    const privateKey = await generateKeyPair('Ed25519')
    const address = `/onion3/${host}:${ONION_PORT}`
    const announced = [...LIES, address]
    const stack = await createStack({
      privateKey,
      listen: [`/ip4/127.0.0.1/tcp/${port}`],
      announce: announced,
      mdns: false,
      nat: false,
      relay: false,
      discovery: false,
      mailbox: false,
      // all of them come from one address: that of its Tor
      limits: { maxInboundPerSecondPerHost: 1_000 },
    })
    closing.use(stack)
    const liar = new TorLiar(stack, { address, told, closing: closing.move() })
    await liar.#lie(privateKey, announced, host)
    return liar
  }

  /** Somebody was told in every way, and has come to every address that is one. */
  async believed(): Promise<void> {
    await until(() => CHANNELS.every(channel => this.#told.has(channel)), {
      on: [[this.#told.changes, 'added']],
      timeoutMs: TOLD_TIMEOUT_MS,
      what: () => `all lies to be told and read, of ${CHANNELS.join(', ')} there were ${this.#told.all()}`,
    })
  }

  /** So many peers are connected. */
  async connected(peers: number): Promise<void> {
    const { libp2p } = this.#stack
    await until(() => libp2p.getPeers().length >= peers, {
      on: [[libp2p, 'peer:connect']],
      timeoutMs: TOLD_TIMEOUT_MS,
      what: `${peers} peers at the liar`,
    })
  }

  /** Whoever wants to come back has to dial what it was told. */
  async disconnectAll(): Promise<void> {
    for (const connection of this.#stack.libp2p.getConnections()) await connection.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#closing.disposeAsync()
  }

  async #lie(key: PrivateKey, announced: readonly string[], host: string): Promise<void> {
    const { libp2p, offers, broadcast } = this.#stack
    const signed = await signAddresses(key, announced)
    const identify = () =>
      identifyMessage({ key, addresses: announced, protocols: libp2p.getProtocols(), observed: LIES[0], signed })
    const exchanged = await createPuppets(`/onion3/${host}:${EXCHANGE_PORT}`)
    const closer = await createPuppets(`/onion3/${host}:${DHT_PORT}`)

    await this.#answer('/stoa/main/peers/1.0.0', 'exchange', peersResponse(exchanged))
    await this.#answer('/stoa/main/kad/1.0.0', 'dht', findNodeResponse(closer))
    await libp2p.unhandle('/ipfs/id/1.0.0')
    await libp2p.handle('/ipfs/id/1.0.0', async stream => {
      if (await write(stream, identify())) this.#told.add('identify')
    })
    libp2p.addEventListener('peer:identify', ({ detail }) => {
      this.identified.push(detail)
      void this.#tell(detail.peerId, '/ipfs/id/push/1.0.0', identify(), 'push')
      void this.#tell(detail.peerId, '/meshsub/1.1.0', pruneMessage('/stoa/main/offers/0', closer), 'prune')
    })

    const text = new TextEncoder()
    for (const address of LIES) {
      const body = text.encode(JSON.stringify({ address, url: `http://${address.split('/')[2]}/` }))
      await offers.publish('lies', body, { contentType: 'application/json' })
    }
    await broadcast.topic('lobby', bytes).publish(text.encode(LIES.join(' ')))
  }

  /** One frame for each that comes. */
  async #answer(protocol: string, channel: Channel, response: Uint8Array): Promise<void> {
    await this.#stack.libp2p.handle(protocol, async stream => {
      const frames = frameStream(stream, { maxFrameBytes: MAX_FRAME_BYTES })
      const options = { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }
      try {
        while ((await frames.read(options)) !== undefined) {
          await frames.write(response, options)
          this.#told.add(channel)
        }
        await frames.close(options)
      } catch (error) {
        frames.abort(error as Error)
      }
    })
  }

  async #tell(peer: PeerId, protocol: string, message: Uint8Array, channel: Channel): Promise<void> {
    try {
      if (await write(await this.#stack.libp2p.dialProtocol(peer, protocol), message)) this.#told.add(channel)
    } catch {
      // it does not take that, or has gone
    }
  }
}

class Told {
  readonly changes = new EventEmitter()
  readonly #channels = new Set<Channel>()

  has(channel: Channel): boolean {
    return this.#channels.has(channel)
  }

  add(channel: Channel): void {
    this.#channels.add(channel)
    this.changes.emit('added')
  }

  all(): string {
    return [...this.#channels].join(', ')
  }
}

async function write(stream: Stream, message: Uint8Array): Promise<boolean> {
  const frames = frameStream(stream, { maxFrameBytes: MAX_FRAME_BYTES })
  const options = { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }
  try {
    await frames.write(message, options)
    await frames.close(options)
    return true
  } catch (error) {
    frames.abort(error as Error)
    return false
  }
}
