import type { BroadcastService, TopicCounters } from '@stoa/broadcast'
import type { Observer } from './observer.ts'

/** What became of a message that arrived, by the counter that says so. */
const OUTCOMES = {
  delivered: 'delivered',
  duplicates: 'duplicate',
  rejected: 'rejected',
  malformed: 'malformed',
  badSignature: 'bad-signature',
  tooLarge: 'too-large',
  ignored: 'ignored',
  validateFailed: 'validate-failed',
  validateTimedOut: 'validate-timed-out',
} as const satisfies Partial<Record<keyof TopicCounters, string>>

/** Bytes of gossip each way, and of each topic what arrived, how often again, and who is on it. */
export function observeGossip({ gauge, counter }: Observer, broadcast: BroadcastService): void {
  counter(
    'stoa_gossip_bytes_total',
    'Bytes of gossipsub frames: messages, and what is said about them',
    ['direction'],
    tell => {
      tell(broadcast.counters.receivedBytes, { direction: 'received' })
      tell(broadcast.counters.sentBytes, { direction: 'sent' })
    },
  )
  counter('stoa_gossip_faults_total', 'What went wrong below the topics', ['kind'], tell => {
    const { receivedBytes: _in, sentBytes: _out, ...faults } = broadcast.counters
    for (const [name, value] of Object.entries(faults)) tell(value, { kind: kebab(name) })
  })
  counter(
    'stoa_gossip_messages_total',
    'Messages that arrived on the topics that are open, by what became of them; duplicate: a copy of a known one',
    ['topic', 'outcome'],
    tell => {
      for (const { topic, counters } of topics()) {
        for (const [name, outcome] of Object.entries(OUTCOMES)) {
          tell(counters[name as keyof typeof OUTCOMES], { topic, outcome })
        }
      }
    },
  )
  counter(
    'stoa_gossip_message_bytes_total',
    'Bytes of the messages that arrived, duplicates included',
    ['topic'],
    tell => {
      for (const { topic, counters } of topics()) tell(counters.receivedBytes, { topic })
    },
  )
  counter('stoa_gossip_published_total', 'Messages of this node that at least one peer took', ['topic'], tell => {
    for (const { topic, counters } of topics()) tell(counters.published, { topic })
  })
  counter('stoa_gossip_dropped_total', 'Messages that a reader of this node was too slow for', ['topic'], tell => {
    for (const { topic, counters } of topics()) tell(counters.droppedBySlowConsumer, { topic })
  })
  gauge('stoa_gossip_mesh_peers', 'Peers that messages are exchanged with in full', ['topic'], tell => {
    for (const { topic, meshSize } of topics()) tell(meshSize, { topic })
  })
  gauge('stoa_gossip_subscribers', 'Connected peers that are on the topic', ['topic'], tell => {
    for (const { topic, subscribers } of topics()) tell(subscribers, { topic })
  })

  function topics(): Array<{ topic: string; counters: TopicCounters; meshSize: number; subscribers: number }> {
    // every topic of this node begins so, and a shorter label reads better
    const prefix = `/stoa/${broadcast.network}/`
    return broadcast.topics.map(({ wireTopic, counters, meshSize, subscribers }) => ({
      topic: wireTopic.startsWith(prefix) ? wireTopic.slice(prefix.length) : wireTopic,
      counters,
      meshSize,
      subscribers: subscribers.length,
    }))
  }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
