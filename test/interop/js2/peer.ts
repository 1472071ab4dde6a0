// The peer program of js-libp2p 2, with the packages of that time: ../commands.ts says what it answers.
import { readFileSync } from 'node:fs'
import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { start, stop } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { hex, unhex } from '../hex.ts'
import { Identified } from '../identified.ts'
import { CommandError, serve, tell } from '../json-lines.ts'
import { requestDirect, serveDirect } from './direct.ts'
import { createNode } from './node.ts'
import { Topics } from './topics.ts'
import type { Connection, PeerId } from '@libp2p/interface'
import type { Node } from './node.ts'

const FIND_TIMEOUT_MS = 15_000

const NOT_WRITTEN = 'of Stoa’s own protocols only direct is written for it'
const UNSUPPORTED: Record<string, string> = {
  vectors: NOT_WRITTEN,
  'record-sign': NOT_WRITTEN,
  'record-verify': NOT_WRITTEN,
  offers: NOT_WRITTEN,
  sync: NOT_WRITTEN,
  'mail-key': NOT_WRITTEN,
  'mail-send': NOT_WRITTEN,
}

let running: { node: Node; topics: Topics; identified: Identified } | undefined

const started = (): NonNullable<typeof running> => {
  if (running === undefined) throw new CommandError('not-started', 'start comes first')
  return running
}

const connection = (id: string): Connection => {
  const found = started()
    .node.getConnections()
    .find(({ remotePeer }) => remotePeer.toString() === id)
  if (found === undefined) throw new CommandError('not-connected', `no connection to ${id}`)
  return found
}
const connected = (id: string): PeerId => connection(id).remotePeer

const version = (
  JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { dependencies: Record<string, string> }
).dependencies

await serve(
  {
    hello: () => ({ language: 'JavaScript', version, unsupported: UNSUPPORTED }),
    start: async ({ network, listen, key }) => {
      const privateKey =
        key === undefined ? await generateKeyPair('Ed25519') : await generateKeyPairFromSeed('Ed25519', unhex(key))
      const topics = new Topics(tell)
      const node = await createNode({ network, listen, privateKey, topics })
      topics.start(node.services.pubsub)
      running = { node, topics, identified: new Identified(node) }
      return { peer: node.peerId.toString(), addrs: node.getMultiaddrs().map(String) }
    },
    dial: async ({ addr }) => {
      const opened = await started().node.dial(multiaddr(addr))
      const { remotePeer, remoteAddr, encryption, multiplexer } = opened
      const transport = remoteAddr.toString().includes('/ws') ? 'ws' : 'tcp'
      return { peer: remotePeer.toString(), transport, security: encryption, muxer: multiplexer }
    },
    ping: async ({ peer }) => ({ ms: await started().node.services.ping.ping(connected(peer)) }),
    identify: async ({ peer }) => {
      const { protocols, agentVersion } = await started().identified.of(connected(peer).toString())
      return { protocols, agent: agentVersion }
    },
    peers: () => ({ peers: started().node.getPeers().map(String) }),

    subscribe: ({ topic, size }) => {
      started().topics.subscribe(topic, size)
      return {}
    },
    publish: async ({ topic, data }) => ({ id: await started().topics.publish(topic, unhex(data)) }),
    counts: ({ topic }) => started().topics.counts(topic),

    dht: async () => {
      await start(started().node.services.dht.kad)
      return {}
    },
    'find-peer': async ({ peer }) => {
      const { kad } = started().node.services.dht
      for await (const event of kad.findPeer(peerIdFromString(peer), {
        signal: AbortSignal.timeout(FIND_TIMEOUT_MS),
      })) {
        if (event.name === 'FINAL_PEER') return { addrs: event.peer.multiaddrs.map(String) }
      }
      throw new CommandError('not-found', `the DHT knows nothing of ${peer}`)
    },

    'direct-serve': async ({ protocol, behaviour }) => {
      await serveDirect(started().node, protocol, behaviour)
      return {}
    },
    'direct-request': async ({ peer, protocol, data }) => {
      const answer = await requestDirect(connection(peer), protocol, unhex(data))
      return answer instanceof Uint8Array ? { data: hex(answer) } : { items: answer.map(hex) }
    },
    stop: async () => {
      await stop(running?.node.services.dht.kad, running?.node)
      return {}
    },
  },
  UNSUPPORTED,
)
