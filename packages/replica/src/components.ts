import type { AbortOptions, ComponentLogger, Metrics, PeerId } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { Codec } from '@stoa/codec'

/** What a replica takes of a libp2p node. */
export interface ReplicaComponents {
  peerId: PeerId
  registrar: Pick<Registrar, 'handle' | 'unhandle' | 'register' | 'unregister'>
  connectionManager: Pick<ConnectionManager, 'openStream' | 'getConnections' | 'closeConnections'>
  broadcast: Broadcast
  logger: ComponentLogger
  metrics?: Metrics
}

/** What of @stoa/broadcast a replica uses. */
export interface Broadcast {
  topic<T>(name: string, codec: Codec<T>, options?: BroadcastTopicOptions<T>): BroadcastTopic<T>
}

export interface BroadcastTopicOptions<T> {
  validate?: (
    value: T,
    context: { readonly receivedFrom: PeerId; readonly signal: AbortSignal },
  ) => Promise<'accept' | 'ignore' | 'reject'>
  maxMessageBytes?: number
  wireTopic?: string
}

export interface BroadcastTopic<T> {
  publish(value: T, options?: AbortOptions): Promise<{ readonly recipients: number; readonly duplicate: boolean }>
  close(): Promise<void>
}
