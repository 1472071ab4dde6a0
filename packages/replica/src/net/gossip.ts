import { protobuf } from '@stoa/codec'
import { Entry as WireEntry } from '../gen/replica.js'
import { isBlamed, isTaken } from '../core/verdict.ts'
import { TokenBucket } from './token-bucket.ts'
import { verdictOf } from './ingest.ts'
import type { PeerId } from '@libp2p/interface'
import type { Broadcast, BroadcastTopic } from '../components.ts'
import type { RawStamp } from '../stamp.ts'
import type { Clock } from './clock.ts'
import type { Arrived, Outcome } from './ingest.ts'

/** What an entry and its stamp take of a message beside the entry’s own bytes, with the topic. */
const OVERHEAD_BYTES = 512
/** spec/broadcast.md §4 */
const MAX_MESSAGE_BYTES = 65_536

export interface GossipInit {
  broadcast: Broadcast
  wireTopic: string
  maxEntryBytes: number
  maxRumoursPerSecond: number
  rumourBurst: number
  clock: Clock
  offer: (arrived: Arrived) => boolean
  onOverload: () => void
  onOffence: (peer: PeerId, reason: string) => void
  onError: (error: unknown) => void
}

export interface Rumour {
  readonly bytes: Uint8Array
  readonly stamp: RawStamp | undefined
}

/** Rumor mongering: new entries go from peer to peer on the set's topic; whoever gets one passes it on once it is stored. */
export class Gossip {
  readonly #init: GossipInit
  readonly #budget: TokenBucket
  #topic: BroadcastTopic<WireEntry> | undefined

  constructor(init: GossipInit) {
    this.#init = init
    this.#budget = new TokenBucket(init.maxRumoursPerSecond, init.rumourBurst, init.clock.now())
  }

  open(): void {
    const { broadcast, wireTopic, maxEntryBytes } = this.#init
    const maxMessageBytes = Math.min(MAX_MESSAGE_BYTES, maxEntryBytes + OVERHEAD_BYTES)
    this.#topic = broadcast.topic(wireTopic, protobuf(WireEntry, { maxBytes: maxMessageBytes, maxVarints: 32 }), {
      wireTopic,
      maxMessageBytes,
      validate: ({ entry, stamp }, { receivedFrom }) => this.#judge(entry, stamp, receivedFrom),
    })
  }

  async close(): Promise<void> {
    await this.#topic?.close()
    this.#topic = undefined
  }

  /** False when it is left to synchronization: more was published than gossip should carry. It does not wait for peers that are slow. */
  spread({ bytes, stamp }: Rumour): boolean {
    const topic = this.#topic
    if (topic === undefined || !this.#budget.take(this.#init.clock.now())) return false
    topic.publish({ entry: bytes, stamp } as WireEntry).catch(this.#init.onError)
    return true
  }

  async #judge(entry: Uint8Array, stamp: RawStamp | undefined, from: PeerId): Promise<'accept' | 'ignore' | 'reject'> {
    const { offer, onOverload, onOffence } = this.#init
    const judged = Promise.withResolvers<Outcome>()
    if (!offer({ peer: from.toString(), bytes: entry, stamp, done: judged.resolve })) {
      // it comes again by synchronization
      onOverload()
      return 'ignore'
    }
    const verdict = verdictOf(await judged.promise)
    if (verdict === undefined) return 'ignore'
    if (isTaken(verdict)) return 'accept'
    if (!isBlamed(verdict)) return 'ignore'
    onOffence(from, verdict)
    return 'reject'
  }
}
