import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { discovery } from '@stoa/discovery'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import type { DiscoveryInit, DiscoveryService } from '@stoa/discovery'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'
import type { Libp2pOptions } from 'libp2p'

export type TestNode = Libp2p<{ discovery: DiscoveryService }>

export interface NodeInit extends DiscoveryInit {
  privateKey?: PrivateKey
  datastore?: Datastore
  listen?: string[]
  libp2p?: Partial<Libp2pOptions>
}

/** A real node on loopback: TCP, noise, yamux, and discovery. A fleet on one host needs libp2p's limits per host raised. */
export async function startNode(init: NodeInit = {}): Promise<TestNode> {
  const { privateKey, datastore, listen = ['/ip4/127.0.0.1/tcp/0'], libp2p, ...options } = init
  return (await createLibp2p({
    privateKey: privateKey ?? (await generateKeyPair('Ed25519')),
    datastore: datastore ?? new MemoryDatastore(),
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1_000 },
    ...libp2p,
    services: {
      identify: identify(),
      identifyPush: identifyPush(),
      ping: ping(),
      discovery: discovery(options),
    },
  })) as unknown as TestNode
}

export const addressOf = (node: TestNode): string => node.getMultiaddrs()[0]?.toString() ?? ''

export const bareAddressOf = (node: TestNode): string => addressOf(node).split('/p2p/')[0] ?? ''

export async function stopAll(nodes: readonly TestNode[]): Promise<void> {
  await Promise.all(nodes.map(async node => node.stop()))
}
