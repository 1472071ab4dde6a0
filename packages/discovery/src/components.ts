import type { KadDHTComponents } from '@libp2p/kad-dht'

/** What discovery takes of a libp2p node; `ping` is the service of that name, which kad-dht needs. */
export type DiscoveryComponents = KadDHTComponents
