import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { encrypterFactory, listenAddress } from './transports.ts'
import type { Identify } from '@libp2p/identify'
import type { Libp2p, ServiceMap } from '@libp2p/interface'
import type { Ping } from '@libp2p/ping'
import type { Libp2pOptions, ServiceFactoryMap } from 'libp2p'
import type { Random } from './random.ts'
import type { Encryption, TransportFactory, TransportKind } from './transports.ts'

export type BaseServices = { identify: Identify; ping: Ping }
export type TestNode<T extends ServiceMap = ServiceMap> = Libp2p<BaseServices & T>

/** Anything of libp2p's own options but services, which have their own place. */
export type NodeOverrides = Omit<Libp2pOptions, 'services' | 'start'>

export interface NodeInit<T extends ServiceMap> {
  kind: TransportKind
  transport: TransportFactory
  encryption: Encryption
  /** Gives the node its key, so that a seed gives the same peer ids each time. */
  random: Random
  services?: ServiceFactoryMap<T>
  /** Streams of one connection, in each direction. @default 1,000, as yamux has it */
  maxStreams?: number
  libp2p?: NodeOverrides
}

/** A fleet on one host trips limits that are meant against one host: 5 inbound connections a second, 10 pending. */
export const FLEET_LIMITS = {
  maxConnections: 10_000,
  inboundConnectionThreshold: 100_000,
  maxIncomingPendingConnections: 10_000,
} as const

/** A wider window than libp2p's 4 MiB read buffer resets the streams of a reader that pauses. */
const STREAM_WINDOW_BYTES = 1 << 20

/** A libp2p node, real in all its parts, that will listen on one address once it is started. */
export async function createNode<T extends ServiceMap>(init: NodeInit<T>): Promise<TestNode<T>> {
  const { libp2p = {}, maxStreams = 1_000 } = init
  const streams = { maxInboundStreams: maxStreams, maxOutboundStreams: maxStreams }
  return createLibp2p<BaseServices & T>({
    privateKey: await generateKeyPairFromSeed('Ed25519', init.random.fork('key').bytes(32)),
    addresses: { listen: [listenAddress(init.kind)] },
    transports: [init.transport],
    connectionEncrypters: [encrypterFactory(init.encryption)],
    streamMuxers: [yamux({ ...streams, streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES } })],
    ...libp2p,
    start: false,
    connectionManager: { ...FLEET_LIMITS, ...libp2p.connectionManager },
    services: { identify: identify(), ping: ping(), ...init.services } as ServiceFactoryMap<BaseServices & T>,
  })
}
