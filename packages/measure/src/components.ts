import type { ComponentLogger, Metrics, PeerId } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import type { BroadcastService } from '@stoa/broadcast'
import type { DirectService } from '@stoa/direct'

/** `broadcast` and `direct` are the services of those names: give them to libp2p before this one. */
export interface MeasureComponents {
  peerId: PeerId
  broadcast: Pick<BroadcastService, 'topic'>
  direct: Pick<DirectService, 'handle' | 'request'>
  connectionManager: Pick<ConnectionManager, 'getConnections'>
  logger: ComponentLogger
  metrics?: Metrics
}
