import { namedReplicas } from '../node/status.ts'
import type { Node } from '../node/node.ts'
import type { Observer } from './observer.ts'

/** The sets that every node keeps: how large they are, and what it costs to keep them equal. */
export function observeReplicas({ gauge, counter }: Observer, node: Pick<Node, 'offers' | 'mail'>): void {
  const replicas = (): ReturnType<typeof namedReplicas> => namedReplicas(node.offers.status(), node.mail.stats())

  gauge('stoa_replica_entries', 'Entries held: live ones, and removals', ['replica', 'state'], tell => {
    for (const { name: replica, status } of replicas()) {
      tell(status.live, { replica, state: 'live' })
      tell(status.entries - status.live, { replica, state: 'final' })
    }
  })
  gauge('stoa_replica_bytes', 'What the entries count for, and what they may', ['replica', 'what'], tell => {
    for (const { name: replica, status } of replicas()) {
      tell(status.chargedBytes, { replica, what: 'charged' })
      tell(status.budgetBytes, { replica, what: 'budget' })
    }
  })
  gauge('stoa_replica_queued', 'Entries that wait to be checked or stored', ['replica'], tell => {
    for (const { name: replica, status } of replicas()) tell(status.queued, { replica })
  })
  gauge(
    'stoa_replica_last_sync_seconds',
    'When a session last found nothing left to do, in s since 1970',
    ['replica'],
    tell => {
      for (const { name: replica, status } of replicas()) {
        if (status.lastSyncMs !== undefined) tell(status.lastSyncMs / 1_000, { replica })
      }
    },
  )
  counter(
    'stoa_replica_sync_sessions_total',
    'Sessions of anti-entropy, by how they ended',
    ['replica', 'outcome'],
    tell => {
      for (const { name: replica, status } of replicas()) {
        for (const [outcome, sessions] of Object.entries(status.sync?.counters.sessions ?? {})) {
          tell(sessions, { replica, outcome })
        }
      }
    },
  )
  counter('stoa_replica_sync_bytes_total', 'Bytes of anti-entropy', ['replica', 'direction'], tell => {
    for (const { name: replica, status } of replicas()) {
      tell(status.sync?.counters.bytesIn ?? 0, { replica, direction: 'received' })
      tell(status.sync?.counters.bytesOut ?? 0, { replica, direction: 'sent' })
    }
  })
  counter('stoa_replica_sync_entries_total', 'Entries that anti-entropy carried', ['replica', 'direction'], tell => {
    for (const { name: replica, status } of replicas()) {
      tell(status.sync?.counters.received ?? 0, { replica, direction: 'received' })
      tell(status.sync?.counters.sent ?? 0, { replica, direction: 'sent' })
    }
  })
}
