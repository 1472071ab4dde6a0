import { randomUUID } from 'node:crypto'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { fastNoise } from '../src/connection/fast-noise.ts'
import { quietYamux } from '../src/connection/quiet-yamux.ts'
import type { Connection, Libp2p, MessageStream, Stream } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

/** With the connections of a stack, or with those of libp2p. */
export type Kind = 'fast' | 'plain'
export type Wire = 'tcp' | 'ws' | 'memory'

/** As the default of `limits.streamWindowBytes`. */
export const WINDOW_BYTES = 1_048_576
export const PROTOCOL = '/test/connection/1.0.0'

const TRANSPORTS = { tcp, ws: webSockets, memory }
const window = { streamOptions: { maxStreamWindowSize: WINDOW_BYTES } }

/** The layers of the one connection that a node made or took: what the transport gave, and what noise made of it. */
export interface Layers {
  lower: MessageStream
  upper: MessageStream
}

export interface ConnectionPair extends AsyncDisposable {
  dialer: Libp2p
  listener: Libp2p
  connection: Connection
  /** Of the dialer. */
  layers: Layers
  /** Of the listener. */
  remoteLayers: Layers
  /** Opens a stream, gives the ends of dialer and listener. */
  open(): Promise<[Stream, Stream]>
}

/** Two nodes with nothing else in them, and a connection. */
export async function connectionPair(
  kinds: readonly [Kind, Kind],
  wire: Wire = 'tcp',
  libp2p: () => Partial<Libp2pOptions> = () => ({}),
): Promise<ConnectionPair> {
  const [dialer, layers] = await node(kinds[0], wire, libp2p())
  const [listener, remoteLayers] = await node(kinds[1], wire, libp2p())
  const arrivals: Array<(stream: Stream) => void> = []
  await listener.handle(PROTOCOL, stream => arrivals.shift()?.(stream), { maxInboundStreams: Infinity })
  const connection = await dialer.dial(listener.getMultiaddrs())
  return {
    dialer,
    listener,
    connection,
    layers,
    remoteLayers,
    open: async () => {
      const arrived = Promise.withResolvers<Stream>()
      arrivals.push(arrived.resolve)
      const stream = await connection.newStream(PROTOCOL, { maxOutboundStreams: Infinity })
      return [stream, await arrived.promise]
    },
    [Symbol.asyncDispose]: async () => {
      await dialer.stop()
      await listener.stop()
    },
  }
}

async function node(kind: Kind, wire: Wire, libp2p: Partial<Libp2pOptions>): Promise<[Libp2p, Layers]> {
  const layers = {} as Layers
  const encrypter = kind === 'fast' ? fastNoise() : noise()
  const muxer = kind === 'fast' ? quietYamux(window) : yamux(window)
  const libp2pNode = await createLibp2p({
    addresses: {
      listen: [wire === 'memory' ? `/memory/${randomUUID()}` : `/ip4/127.0.0.1/tcp/0${wire === 'ws' ? '/ws' : ''}`],
    },
    transports: [TRANSPORTS[wire]()],
    connectionEncrypters: [
      components => {
        const inner = encrypter(components)
        const secureInbound = inner.secureInbound.bind(inner)
        const secureOutbound = inner.secureOutbound.bind(inner)
        inner.secureInbound = (lower, options) => secureInbound((layers.lower = lower), options)
        inner.secureOutbound = (lower, options) => secureOutbound((layers.lower = lower), options)
        return inner
      },
    ],
    streamMuxers: [
      () => {
        const inner = muxer()
        const createStreamMuxer = inner.createStreamMuxer.bind(inner)
        inner.createStreamMuxer = upper => createStreamMuxer((layers.upper = upper))
        return inner
      },
    ],
    ...libp2p,
  })
  return [libp2pNode, layers]
}
