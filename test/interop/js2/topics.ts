import { createHash } from 'node:crypto'
import { TopicValidatorResult } from '@libp2p/interface'
import { hex } from '../hex.ts'
import type { GossipSub } from '@chainsafe/libp2p-gossipsub'
import type { Message } from '@libp2p/interface'
import type { Counts, MessageEvent } from '../commands.ts'

/** spec/broadcast.md §4, in bytes. */
const MAX_MESSAGE_BYTES = 65_536

interface Seen {
  /** Copies that arrived, and own ones: for each of them gossipsub asks once for the id. */
  seen: number
  published: number
  delivered: number
}

/** spec/broadcast.md on js-libp2p 2: ids, sizes, and what is counted. */
export class Topics {
  readonly #tell: (event: MessageEvent) => void
  readonly #counts = new Map<string, Seen>()
  #pubsub: GossipSub | undefined

  constructor(tell: (event: MessageEvent) => void) {
    this.#tell = tell
  }

  start(pubsub: unknown): void {
    this.#pubsub = pubsub as GossipSub
    this.#pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
      const { topic, data } = msg
      const counts = this.#counts.get(topic)
      if (counts === undefined) return
      counts.delivered++
      this.#tell({ event: 'message', topic, data: hex(data), id: hex(messageId(topic, data)) })
    })
  }

  subscribe(topic: string, size = MAX_MESSAGE_BYTES): void {
    this.#counts.set(topic, { seen: 0, published: 0, delivered: 0 })
    this.#gossip.topicValidators.set(topic, (_peer, { data }) =>
      wireBytes(topic, data) > size ? TopicValidatorResult.Reject : TopicValidatorResult.Accept,
    )
    this.#gossip.subscribe(topic)
  }

  async publish(topic: string, data: Uint8Array): Promise<string> {
    const counts = this.#counts.get(topic)
    if (counts !== undefined) counts.published++
    await this.#gossip.publish(topic, data)
    return hex(messageId(topic, data))
  }

  counts(topic: string): Counts {
    const { seen, published, delivered } = this.#counts.get(topic) ?? { seen: 0, published: 0, delivered: 0 }
    return { delivered, duplicates: seen - published - delivered, mesh: this.#gossip.getMeshPeers(topic).length }
  }

  idOf({ topic, data }: Message): Uint8Array {
    const counts = this.#counts.get(topic)
    if (counts !== undefined) counts.seen++
    return messageId(topic, data)
  }

  get #gossip(): GossipSub {
    if (this.#pubsub === undefined) throw new Error('gossipsub is not started')
    return this.#pubsub
  }
}

/** spec/broadcast.md §3 */
function messageId(topic: string, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(topic))
  return new Uint8Array(createHash('sha256').update(length).update(topic).update(data).digest())
}

/** spec/broadcast.md §4 */
function wireBytes(topic: string, data: Uint8Array): number {
  const topicBytes = Buffer.byteLength(topic)
  const message = 1 + varintBytes(data.length) + data.length + 1 + varintBytes(topicBytes) + topicBytes
  return 1 + varintBytes(message) + message
}

function varintBytes(value: number): number {
  return value < 128 ? 1 : 1 + varintBytes(Math.floor(value / 128))
}
