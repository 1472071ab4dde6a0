// Stoa's own side, as a peer program like the others: createStack() behind the commands of commands.ts.
import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { bytes } from '@stoa/codec'
import { parseRecord, RecordError, signRecord } from '@stoa/record'
import { createStack } from '@stoa/stack'
import { hex, unhex } from './hex.ts'
import { Identified } from './identified.ts'
import { IwantCounts } from './iwant-counts.ts'
import { CommandError, serve, tell } from './json-lines.ts'
import { requestDirect, serveDirect } from './our-direct.ts'
import { mailHandlers } from './our-mail.ts'
import { OUR_VERSIONS } from './our-versions.ts'
import type { Connection, PeerId } from '@libp2p/interface'
import type { Topic } from '@stoa/broadcast'
import type { Stack } from '@stoa/stack'

/** How long to wait for what the other side has to do first, such as subscribing. Below the runner's timeout. */
const READY_TIMEOUT_MS = 15_000

const UNSUPPORTED = {
  sync: 'anti-entropy starts by itself',
  vectors: 'the packages’ own tests read them',
}

let running: Stack | undefined
const topics = new Map<string, Topic<Uint8Array>>()

const stack = (): Stack => {
  if (running === undefined) throw new CommandError('not-started', 'start comes first')
  return running
}
const topic = (name: string): Topic<Uint8Array> => {
  const open = topics.get(name)
  if (open === undefined) throw new CommandError('not-subscribed', `subscribe to ${name} first`)
  return open
}

const connection = (id: string): Connection => {
  const found = stack()
    .libp2p.getConnections()
    .find(({ remotePeer }) => remotePeer.toString() === id)
  if (found === undefined) throw new CommandError('not-connected', `no connection to ${id}`)
  return found
}
const peerIdOf = (id: string): PeerId => connection(id).remotePeer

let identified: Identified | undefined
const iwant = new IwantCounts()
/** A node that takes no part in the mesh hears by IHAVE what there is, and asks by IWANT for it. */
const OUTSIDE_MESH = { D: 0, Dlo: 0, Dhi: 0, Dscore: 0, Dout: 0 }

async function read(opened: Topic<Uint8Array>): Promise<void> {
  for await (const { id, value } of opened) {
    tell({ event: 'message', topic: opened.wireTopic, data: hex(value), id })
  }
}

interface Pinger {
  ping(peer: PeerId): Promise<number>
}
function serviceOf<Service>(name: string): Service {
  return (stack().libp2p.services as Record<string, unknown>)[name] as Service
}

await serve(
  {
    hello: () => ({ language: 'TypeScript', version: OUR_VERSIONS, unsupported: UNSUPPORTED }),
    start: async ({ network, listen, key, outsideMesh = false }) => {
      running = await createStack({
        network,
        listen,
        privateKey:
          key === undefined ? await generateKeyPair('Ed25519') : await generateKeyPairFromSeed('Ed25519', unhex(key)),
        mdns: false,
        nat: false,
        relay: false,
        // who is connected to whom is for the test to say
        targetPeers: 0,
        discovery: { minOutboundPeers: 0 },
        broadcast: {
          gossipsub: {
            ...(outsideMesh ? OUTSIDE_MESH : {}),
            metricsRegister: iwant.register(),
            metricsTopicStrToLabel: new Map(),
          },
        },
      })
      identified = new Identified(running.libp2p)
      return { peer: running.peerId.toString(), addrs: running.libp2p.getMultiaddrs().map(String) }
    },
    dial: async ({ addr }) => {
      const opened = await stack().libp2p.dial(multiaddr(addr))
      const { remotePeer, remoteAddr, encryption, multiplexer } = opened
      const transport = remoteAddr.toString().includes('/ws') ? 'ws' : 'tcp'
      return { peer: remotePeer.toString(), transport, security: encryption, muxer: multiplexer }
    },
    ping: async ({ peer }) => ({ ms: await serviceOf<Pinger>('ping').ping(peerIdOf(peer)) }),
    identify: async ({ peer }) => {
      const { protocols, agentVersion } = await identified!.of(connection(peer).remotePeer.toString())
      return { protocols, agent: agentVersion }
    },
    peers: () => ({ peers: stack().libp2p.getPeers().map(String) }),

    subscribe: ({ topic: name, size }) => {
      const opened = stack().broadcast.topic(name, bytes, { wireTopic: name, maxMessageBytes: size })
      topics.set(name, opened)
      void read(opened)
      return {}
    },
    publish: async ({ topic: name, data }) => {
      await topic(name).ready({ signal: AbortSignal.timeout(READY_TIMEOUT_MS) })
      const { id } = await topic(name).publish(unhex(data))
      return { id }
    },
    counts: ({ topic: name }) => {
      const { meshSize: mesh, counters } = topic(name)
      const { delivered, duplicates } = counters
      return { delivered, duplicates, mesh, iwantSent: iwant.sent, iwantReceived: iwant.received }
    },

    dht: () => ({}),
    'find-peer': async ({ peer }) => {
      const { multiaddrs } = await stack().libp2p.peerRouting.findPeer(peerIdFromString(peer), {
        signal: AbortSignal.timeout(READY_TIMEOUT_MS),
      })
      return { addrs: multiaddrs.map(String) }
    },

    'direct-serve': async ({ protocol, behaviour }) => {
      await serveDirect(stack().direct, protocol, behaviour)
      return {}
    },
    'direct-request': ({ peer, protocol, data }) => requestDirect(stack().direct, peerIdOf(peer), protocol, data),

    'record-sign': async ({ fields: { network, seed, name, body, ...fields } }) => {
      const key = await generateKeyPairFromSeed('Ed25519', unhex(seed))
      const value = { ...fields, name: unhex(name), body: body === undefined ? undefined : unhex(body) }
      return { bytes: hex((await signRecord(key, value, { network })).bytes) }
    },
    'record-verify': async ({ bytes: encoded, network }) => {
      try {
        await parseRecord(unhex(encoded), { network })
        return { valid: true }
      } catch (error) {
        if (error instanceof RecordError) return { valid: false, reason: error.code }
        throw error
      }
    },

    offers: () => ({}),
    'offer-put': async ({ market, name, body, ttlMs }) => {
      const { key } = await stack().offers.publish(market, unhex(body), { name, ttlMs })
      return { key }
    },
    'offers-list': async () => {
      const offers = await Array.fromAsync(stack().offers.all())
      return {
        offers: offers.map(({ key, market, name, owner, body }) => ({
          key,
          market,
          name,
          owner: owner.toString(),
          body: hex(body),
        })),
      }
    },
    ...mailHandlers(() => stack().mailbox),
    stop: async () => {
      await running?.stop()
      return {}
    },
  },
  UNSUPPORTED,
)
