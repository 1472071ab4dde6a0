import { KEEP_ALIVE } from '@libp2p/interface'
import { kadDHT } from '@libp2p/kad-dht'
import { addressText } from './addresses.ts'
import { discardingDatastore } from './discarding-datastore.ts'
import { withOverrides } from './with-overrides.ts'
import type { AddressRule } from '../core/address-rule.ts'
import type { KadDHT, KadDHTComponents, PeerResponseEvent } from '@libp2p/kad-dht'
import type { PeerData, PeerId, PeerInfo, PeerRouting, RoutingOptions } from '@libp2p/interface'

export interface DhtInit {
  readonly protocol: string
  /** Which addresses may go in and out. */
  readonly allows: AddressRule
  /** A peer answered a lookup with others it says are closer. Called before the lookup goes on to them. */
  readonly onTold: (teller: PeerId, closer: PeerResponseEvent['closer']) => void
  /** Connects to a peer within discovery's own bounds, if it may dial at all; rejects when that is not possible now. */
  readonly reach: (peer: PeerId, mayDial: boolean) => Promise<void>
}

/**
 * kad-dht on a protocol of our own, for finding peers and nothing else: values and provider records that others put
 * go nowhere, peers are dialled only through discovery, and none is tagged for libp2p to keep alive by itself.
 */
export class Dht {
  readonly kad: KadDHT
  readonly #onTold: DhtInit['onTold']
  readonly #allowed: (peer: PeerInfo) => PeerInfo
  #lookups = 0

  constructor(components: KadDHTComponents, init: DhtInit) {
    this.#onTold = init.onTold
    this.#allowed = ({ multiaddrs, ...peer }) => {
      return { ...peer, multiaddrs: multiaddrs.filter(address => init.allows(addressText(address))) }
    }
    // kad-dht also looks up itself and its buckets now and then; those lookups make do with whom we are connected to,
    // or else every small network would soon be a full mesh (20 nodes: 224 connections and twice the CPU, measured)
    const reach = (peer: PeerId) => init.reach(peer, this.#lookups > 0)
    this.kad = kadDHT({
      protocol: init.protocol,
      clientMode: false,
      // what others are told of, who is taken into the routing table
      peerInfoMapper: this.#allowed,
      // 3 as Kademlia has it; js-libp2p's 10 paths of 10 requests suit a network of 10,000
      alpha: 3,
      // a node that is alone learns so at once, instead of waiting for its first peer
      allowQueryWithZeroPeers: true,
      initialQuerySelfInterval: 10_000,
      maxInboundStreams: 8,
      maxOutboundStreams: 8,
      routingTableUpdateMaxQueueSize: 256,
      logPrefix: 'stoa:discovery:dht',
      metricsPrefix: 'stoa_discovery_dht',
    })(fenced(components, reach)) as KadDHT
  }

  /** Looks up a random key; what is found on the way arrives through `onTold`. */
  async walk(signal: AbortSignal): Promise<void> {
    const key = crypto.getRandomValues(new Uint8Array(32))
    const found = this.#counted(this.kad.getClosestPeers(key, this.#listening({ signal })))
    for await (const _ of found) signal.throwIfAborted()
  }

  /** What libp2p asks for the addresses of a peer; lookups made this way feed the address book too. */
  routing(inner: PeerRouting): PeerRouting {
    return {
      findPeer: async (peer, options) => {
        this.#lookups++
        try {
          return this.#allowed(await inner.findPeer(peer, this.#listening(options)))
        } finally {
          this.#lookups--
        }
      },
      getClosestPeers: (key, options) => this.#closest(inner.getClosestPeers(key, this.#listening(options))),
    }
  }

  async *#closest(found: AsyncIterable<PeerInfo>): AsyncGenerator<PeerInfo> {
    for await (const peer of this.#counted(found)) yield this.#allowed(peer)
  }

  async *#counted<T>(found: AsyncIterable<T>): AsyncGenerator<T> {
    this.#lookups++
    try {
      yield* found
    } finally {
      this.#lookups--
    }
  }

  #listening(options: RoutingOptions = {}): RoutingOptions {
    return {
      ...options,
      onProgress: event => {
        if (event.type === 'kad-dht:query:peer-response') {
          const { from, closer } = event.detail as PeerResponseEvent
          this.#onTold(from, closer)
        }
        options.onProgress?.(event)
      },
    }
  }
}

function fenced(components: KadDHTComponents, reach: (peer: PeerId) => Promise<void>): KadDHTComponents {
  const { connectionManager, peerStore } = components
  return {
    peerId: components.peerId,
    privateKey: components.privateKey,
    registrar: components.registrar,
    addressManager: components.addressManager,
    events: components.events,
    logger: components.logger,
    metrics: components.metrics,
    datastore: discardingDatastore(),
    connectionManager: withOverrides(connectionManager, {
      async openStream(target, protocol, options) {
        await reach(target as PeerId)
        return connectionManager.openStream(target, protocol, options)
      },
    }),
    peerStore: withOverrides(peerStore, {
      merge: (id, data, options) => peerStore.merge(id, { tags: withoutKeepAlive(data.tags) }, options),
    }),
    // the service of that name may be created after this one
    get ping() {
      const { ping } = components
      return {
        async ping(target, options) {
          await reach(target as PeerId)
          return ping.ping(target, options)
        },
      } satisfies KadDHTComponents['ping']
    },
  }
}

/** Peers tagged so are dialled by libp2p's reconnect queue, past every bound of ours. */
function withoutKeepAlive(tags: PeerData['tags']): PeerData['tags'] {
  const entries = tags instanceof Map ? [...tags] : Object.entries(tags ?? {})
  return new Map(entries.filter(([name]) => !name.startsWith(KEEP_ALIVE)))
}
