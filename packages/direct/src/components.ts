import type { ComponentLogger, Metrics, PeerId } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What direct() takes of a libp2p node. */
export interface DirectComponents {
  registrar: Pick<Registrar, 'handle' | 'unhandle'>
  connectionManager: Pick<ConnectionManager, 'openConnection' | 'getConnections'>
  logger: ComponentLogger
  metrics?: Metrics
}

/** Whom to ask: a peer that the node can find, or addresses to dial. */
export type Target = PeerId | Multiaddr | Multiaddr[]
