import { createNetwork } from './network.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { Network, NetworkInit } from './network.ts'

export interface StreamPairInit extends Pick<
  NetworkInit,
  'transport' | 'encryption' | 'seed' | 'libp2p' | 'link' | 'clock'
> {
  /** @default '/testkit/stream/1.0.0' */
  protocol?: string
}

/** The two ends of one real stream. Which is which matters to some protocols, so the field's names are kept. */
export interface Ends {
  /** The end of the node that opened it. */
  readonly outbound: Stream
  /** The end its handler was given. */
  readonly inbound: Stream
}

export interface StreamPair extends Ends, AsyncDisposable {
  readonly network: Network
  readonly connection: Connection
  /** Another stream on the same connection, for tests that need many. */
  open(): Promise<Ends>
}

/** Two nodes, one connection, one negotiated stream on it. */
export async function streamPair(init: StreamPairInit = {}): Promise<StreamPair> {
  const { protocol = '/testkit/stream/1.0.0', ...rest } = init
  const network = await createNetwork({ ...rest, size: 2, topology: 'none' })
  const [dialer, listener] = [network.node(0), network.node(1)]
  const waiting: ((stream: Stream) => void)[] = []

  try {
    await listener.handle(protocol, stream => waiting.shift()?.(stream), { maxInboundStreams: Infinity })
    const connection = await network.connect(dialer, listener)
    const open = async (): Promise<Ends> => {
      const arrived = Promise.withResolvers<Stream>()
      waiting.push(arrived.resolve)
      const outbound = await connection.newStream([protocol], { maxOutboundStreams: Infinity })
      return { outbound, inbound: await arrived.promise }
    }
    return {
      ...(await open()),
      network,
      connection,
      open,
      [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
    }
  } catch (err) {
    await network[Symbol.asyncDispose]()
    throw err
  }
}
