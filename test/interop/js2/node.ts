import { gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import type { PrivateKey } from '@libp2p/interface'
import type { KadDHT, KadDHTComponents } from '@libp2p/kad-dht'
import type { Topics } from './topics.ts'

export interface NodeInit {
  network: string
  listen: string[]
  privateKey: PrivateKey
  topics: Topics
}

export type Node = Awaited<ReturnType<typeof createNode>>

/** The defaults of js-libp2p 2, but for the message ids and the signature policy of spec/broadcast.md. */
export function createNode({ network, listen, privateKey, topics }: NodeInit) {
  return createLibp2p({
    privateKey,
    addresses: { listen },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({
        globalSignaturePolicy: 'StrictNoSign',
        msgIdFn: message => topics.idOf(message),
        allowPublishToZeroTopicPeers: true,
        fallbackToFloodsub: false,
      }),
      dht: lazyDht(`/stoa/${network}/kad/1.0.0`),
    },
  })
}

/** Not startable, so that it runs only when it is told to: a running DHT connects to whom it hears of. */
function lazyDht(protocol: string): (components: KadDHTComponents) => { kad: KadDHT } {
  const create = kadDHT({ protocol, clientMode: false, peerInfoMapper: passthroughMapper })
  return components => ({ kad: create(components) as KadDHT })
}
