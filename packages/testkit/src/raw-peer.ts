import { systemClock } from './clock.ts'
import { impaired } from './faults/impaired-transport.ts'
import { Links } from './faults/links.ts'
import { createNode } from './node.ts'
import { random } from './random.ts'
import { testSeed } from './seeded.ts'
import { transportFactory } from './transports.ts'
import type { AbortOptions, Connection, PeerId, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { NodeOverrides, TestNode } from './node.ts'
import type { Seed } from './random.ts'
import type { Encryption, TransportKind } from './transports.ts'

export interface RawPeerInit {
  /** @default 'memory' */
  transport?: TransportKind
  /** As the nodes it attacks. @default 'plaintext' over memory, otherwise 'noise' */
  encryption?: Encryption
  seed?: Seed
  /** Those of a network, to have its faults and partitions. */
  links?: Links
  libp2p?: NodeOverrides
}

/** Someone it can reach: a node, its id when connected, or addresses. */
export type Victim = { getMultiaddrs(): Multiaddr[] } | PeerId | Multiaddr | Multiaddr[]

export interface OpenedStreams {
  readonly streams: Stream[]
  /** Why each of the others was not opened. */
  readonly refusals: unknown[]
}

/** A libp2p node with nothing of Stoa in it, and no manners: the hostile side of a test. */
export interface RawPeer extends AsyncDisposable {
  readonly node: TestNode
  readonly peerId: PeerId
  connect(victim: Victim, options?: AbortOptions): Promise<Connection>
  /** A negotiated stream of any protocol; no limit of this side holds it back. */
  open(victim: Victim, protocol: string, options?: AbortOptions): Promise<Stream>
  /** Opens a stream and sends these bytes as they are. The stream stays open. */
  sendBytes(victim: Victim, protocol: string, bytes: Uint8Array, options?: AbortOptions): Promise<Stream>
  /** Opens streams, `parallel` (64) at a time, until `count` were tried or the connection is gone. */
  openMany(
    victim: Victim,
    protocol: string,
    count: number,
    options?: AbortOptions & { parallel?: number },
  ): Promise<OpenedStreams>
  /** Opens a stream, sends `bytes` if there are any, and then neither reads nor writes nor closes. */
  stall(victim: Victim, protocol: string, bytes?: Uint8Array, options?: AbortOptions): Promise<Stream>
}

export async function rawPeer(init: RawPeerInit = {}): Promise<RawPeer> {
  const { transport = 'memory', links = new Links(systemClock()) } = init
  const node = await createNode({
    kind: transport,
    transport: impaired(transportFactory(transport), links),
    encryption: init.encryption ?? (transport === 'memory' ? 'plaintext' : 'noise'),
    random: random(init.seed ?? testSeed()).fork('raw peer'),
    maxStreams: Infinity,
    libp2p: init.libp2p,
  })
  await node.start()
  links.listens(node.peerId.toString(), () => node.getMultiaddrs())

  const connect: RawPeer['connect'] = async (victim, options) =>
    node.dial(typeof victim === 'object' && 'getMultiaddrs' in victim ? victim.getMultiaddrs() : victim, options)

  const open: RawPeer['open'] = async (victim, protocol, options) => {
    const connection = await connect(victim, options)
    return connection.newStream([protocol], { ...options, maxOutboundStreams: Infinity })
  }

  const sendBytes: RawPeer['sendBytes'] = async (victim, protocol, bytes, options) => {
    const stream = await open(victim, protocol, options)
    stream.send(bytes)
    return stream
  }

  return {
    node,
    peerId: node.peerId,
    connect,
    open,
    sendBytes,
    openMany: async (victim, protocol, count, options = {}) => {
      const { parallel = 64, ...rest } = options
      const connection = await connect(victim, rest)
      const opened: OpenedStreams = { streams: [], refusals: [] }
      let tried = 0
      const worker = async () => {
        while (tried < count && connection.status === 'open') {
          tried++
          try {
            opened.streams.push(await connection.newStream([protocol], { ...rest, maxOutboundStreams: Infinity }))
          } catch (err) {
            rest.signal?.throwIfAborted()
            opened.refusals.push(err)
          }
        }
      }
      await Promise.all(Array.from({ length: parallel }, worker))
      return opened
    },
    stall: async (victim, protocol, bytes, options) => {
      const stream = await open(victim, protocol, options)
      // a stream that nobody reads buffers up to its limit and then resets itself; a paused one lets its window run full
      stream.pause()
      if (bytes != null) stream.send(bytes)
      return stream
    },
    [Symbol.asyncDispose]: async () => {
      await node.stop()
    },
  }
}
