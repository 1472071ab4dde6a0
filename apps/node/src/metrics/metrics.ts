import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { Registry } from 'prom-client'
import { observeGossip } from './gossip.ts'
import { measurements } from './measurements.ts'
import { observer } from './observer.ts'
import { observePeers } from './peers.ts'
import { observeReplicas } from './replicas.ts'
import { observeTor } from './tor.ts'
import type { Stack } from '@stoa/stack'
import type { Node } from '../node/node.ts'
import type { StrayErrors } from '../process/stray-errors.ts'

/** One registry for libp2p, the process and the node. */
export function createMetrics(dataDirectory: string) {
  const registry = new Registry()
  const libp2pMetrics = prometheusMetrics({ registry, statfsLocation: dataDirectory })
  return { registry, libp2pMetrics, onMeasured: measurements(registry) }
}

export interface ObservedNode {
  stack: Pick<Stack, 'broadcast' | 'libp2p' | 'tor'>
  node: Node
  strayErrors: StrayErrors
  readers: () => number
}

export function observeNode(registry: Registry, { stack, node, strayErrors, readers }: ObservedNode): void {
  const observing = observer(registry)
  const { gauge } = observing
  observePeers(observing, { libp2p: stack.libp2p, node })
  observeGossip(observing, stack.broadcast)
  observeReplicas(observing, node)
  if (stack.tor !== undefined) observeTor(observing, stack.tor)

  gauge('stoa_events', 'Events since the start', [], tell => tell(node.events.last, {}))
  gauge('stoa_event_readers', 'Readers of /v1/events', [], tell => tell(readers(), {}))
  gauge(
    'stoa_stray_errors',
    'Errors since the start that nothing in the process waited for; unexpected ones are bugs',
    ['kind'],
    tell => {
      tell(strayErrors.counts.expected, { kind: 'expected' })
      tell(strayErrors.counts.unexpected, { kind: 'unexpected' })
    },
  )
  gauge(
    'stoa_topic_messages',
    'Messages on the topics of the application that are open, since they were opened',
    ['topic', 'what'],
    tell => {
      for (const { name: topic, delivered, published, rejected } of node.status().topics) {
        tell(delivered, { topic, what: 'delivered' })
        tell(published, { topic, what: 'published' })
        tell(rejected, { topic, what: 'rejected' })
      }
    },
  )
  // what is now; counts since the start are the service's own
  gauge('stoa_mail_unread', 'Letters of the inbox that are not acknowledged', [], tell =>
    tell(node.mail.stats().unread, {}),
  )
  gauge('stoa_mail_outbox', 'Letters that this node sent, by state', ['state'], tell => {
    for (const [state, letters] of Object.entries(node.mail.stats().outbox)) tell(letters, { state })
  })
}
