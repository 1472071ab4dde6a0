import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { Gauge, Registry } from 'prom-client'
import type { Node } from './node/node.ts'
import type { StrayErrors } from './process/stray-errors.ts'

/** One registry for libp2p, the process and the node. */
export function createMetrics(dataDirectory: string) {
  const registry = new Registry()
  const libp2pMetrics = prometheusMetrics({ registry, statfsLocation: dataDirectory })
  return { registry, libp2pMetrics }
}

export interface ObservedNode {
  node: Node
  strayErrors: StrayErrors
  readers: () => number
}

/** Read when they are asked for, so that they cost nothing in between. */
export function observeNode(registry: Registry, { node, strayErrors, readers }: ObservedNode): void {
  const registers = [registry]
  gauge('stoa_peers', 'Connected peers', () => node.status().peers.connected)
  gauge('stoa_peers_of_network', 'Connected peers that are of our network', () => node.status().peers.members)
  gauge('stoa_peers_target', 'Peers that the node wants to be connected to', () => node.status().peers.target)
  gauge('stoa_peers_known', 'Peers in the address book', () => node.status().peers.known)
  gauge('stoa_events', 'Events since the start', () => node.events.last)
  gauge('stoa_event_readers', 'Readers of /v1/events', readers)
  new Gauge({
    name: 'stoa_stray_errors',
    help: 'Errors since the start that nothing in the process waited for; unexpected ones are bugs',
    labelNames: ['kind'],
    registers,
    collect() {
      const { expected, unexpected } = strayErrors.counts
      this.set({ kind: 'expected' }, expected)
      this.set({ kind: 'unexpected' }, unexpected)
    },
  })
  new Gauge({
    name: 'stoa_topic_messages',
    help: 'Messages on the topics that are open, since they were opened',
    labelNames: ['topic', 'what'],
    registers,
    collect() {
      this.reset()
      for (const { name: topic, delivered, published, rejected } of node.status().topics) {
        this.set({ topic, what: 'delivered' }, delivered)
        this.set({ topic, what: 'published' }, published)
        this.set({ topic, what: 'rejected' }, rejected)
      }
    },
  })

  // what is now; counts since the start are the service's own
  gauge('stoa_mail_unread', 'Letters of the inbox that are not acknowledged', () => node.mail.stats().unread)
  labelled('stoa_mail_outbox', 'Letters that this node sent, by state', 'state', () => node.mail.stats().outbox)

  function labelled(name: string, help: string, label: string, values: () => Readonly<Record<string, number>>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [key, value] of Object.entries(values())) this.set({ [label]: key }, value)
      },
    })
  }

  function gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  }
}
