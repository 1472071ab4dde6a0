import type { PrivateKey } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import type { DirectService } from '@stoa/direct'
import type { ReplicaComponents } from '@stoa/replica'

/** `broadcast` and `direct` are the services of those names: give them to libp2p before this one. */
export interface MailboxComponents extends ReplicaComponents {
  privateKey: PrivateKey
  connectionManager: ReplicaComponents['connectionManager'] & Pick<ConnectionManager, 'openConnection'>
  direct: Pick<DirectService, 'handle' | 'request'>
}

/** libp2p's components are a proxy that cannot be spread. */
export function pick(components: MailboxComponents): ReplicaComponents {
  const { peerId, registrar, connectionManager, broadcast, logger, metrics } = components
  return { peerId, registrar, connectionManager, broadcast, logger, metrics }
}
