import { PENALTY, SCORE_THRESHOLDS } from '../core/scoring.ts'
import { TokenBucket } from '../core/token-bucket.ts'
import { wireBytes } from '../core/wire-size.ts'
import { splitIwant } from './split-iwant.ts'
import { freshScore, penalize } from './router.ts'
import { delay } from './wait.ts'
import type { Message } from '@libp2p/gossipsub'
import type { RPC } from '@libp2p/gossipsub/message'
import type { PeerId } from '@libp2p/interface'
import type { Bearers } from '../core/nearness.ts'
import type { ServiceCounters, TopicCounters } from '../core/counters.ts'
import type { BroadcastOptions } from '../options.ts'
import type { BoundedMessageCache } from './message-cache.ts'
import type { InboundLink } from './inbound-link.ts'
import type { Router } from './router.ts'

/** Messages of one peer that are validated at one time. While they are, nothing more is read from it. */
const MAX_IN_FLIGHT_PER_PEER = 16
/** A burst is as much as this many seconds of the rate. */
const BURST_SECONDS = 2

/** A message that is on its way through gossipsub. */
export interface Arrival {
  readonly from: PeerId
  readonly wireBytes: number
  readonly receivedMs: number
  id: string
  isJudged: boolean
  isRepeat: boolean
}

/** What the gate knows of an open topic. */
export interface GatedTopic {
  readonly maxMessageBytes: number
  readonly counters: TopicCounters
}

export interface GateInit {
  router: Router
  cache: BoundedMessageCache
  options: BroadcastOptions
  counters: ServiceCounters
  bearers: Bearers
  inbound: (peer: string) => InboundLink | undefined
  topic: (wireTopic: string) => GatedTopic | undefined
}

interface Lane {
  readonly messages: TokenBucket
  readonly bytes: TokenBucket
  inFlight: number
  freed: PromiseWithResolvers<void> | undefined
}

/**
 * Every RPC passes here before gossipsub handles it. gossipsub remembers a message, whatever it is, for two minutes, and starts to validate
 * all messages of an RPC at once; so what is too long, for no topic of ours, or too fast stops here.
 */
export class Gate {
  readonly #init: GateInit
  readonly #pass: Router['handleReceivedRpc']
  readonly #lanes = new Map<string, Lane>()
  // gossipsub hands on the very bytes that it decoded, so they tell which message it speaks of
  readonly #arrivals = new WeakMap<Uint8Array, Arrival>()
  #heartbeat = Promise.withResolvers<void>()
  #stopped = new AbortController()

  constructor(init: GateInit) {
    this.#init = init
    const { router } = init
    this.#pass = router.handleReceivedRpc.bind(router)
    router.handleReceivedRpc = (from, rpc) => this.#handle(from, rpc)
    router.addEventListener('gossipsub:heartbeat', this.#onHeartbeat)
  }

  start(): void {
    this.#stopped = new AbortController()
  }

  /** Lets go of the peers that are made to wait. */
  stop(): void {
    this.#stopped.abort()
    this.#onHeartbeat()
    this.#lanes.clear()
  }

  arrivalOf(message: Message): Arrival | undefined {
    return this.#arrivals.get(message.data)
  }

  /** gossipsub computed the id of a message, and looks next whether it is new. */
  identified(message: Message, id: string): void {
    const arrival = this.arrivalOf(message)
    if (arrival === undefined) return
    arrival.id = id
    const record = this.#init.router.score.deliveryRecords.getRecord(id)
    arrival.isRepeat = record?.peers.has(arrival.from.toString()) ?? false
  }

  async #handle(from: PeerId, rpc: RPC): Promise<void> {
    const peer = from.toString()
    const { counters, cache } = this.#init
    this.#init.inbound(peer)?.decoded()
    if (this.#isGraylisted(peer)) {
      counters.graylisted++
      return this.#untilForgiven(peer)
    }
    const lane = this.#laneOf(peer)
    await this.#pace(lane, rpc)
    if (rpc.subscriptions.length > 0) await this.#pass(from, { subscriptions: rpc.subscriptions, messages: [] })
    for (const message of rpc.messages) {
      if (this.#isGraylisted(peer)) {
        counters.graylisted++
        return this.#untilForgiven(peer)
      }
      const arrival = this.#admit(from, message)
      if (arrival === undefined) continue
      while (lane.inFlight >= MAX_IN_FLIGHT_PER_PEER) await (lane.freed ??= Promise.withResolvers()).promise
      lane.inFlight++
      void this.#receive(arrival, message).finally(() => {
        lane.inFlight--
        lane.freed?.resolve()
        lane.freed = undefined
      })
    }
    if (rpc.control == null) return
    for (const control of splitIwant(rpc.control, cache)) {
      await this.#pass(from, { subscriptions: [], messages: [], control })
    }
  }

  /** Looks at all that can be seen without decoding. */
  #admit(from: PeerId, message: RPC.Message): Arrival | undefined {
    const topic = this.#init.topic(message.topic)
    if (topic === undefined) {
      this.#init.counters.unknownTopic++
      return undefined
    }
    const data = (message.data ??= new Uint8Array(0))
    const bytes = wireBytes(message.topic.length, data.byteLength)
    if (bytes > topic.maxMessageBytes) {
      topic.counters.tooLarge++
      this.#invalid(from, message.topic)
      return undefined
    }
    // gossipsub lets `from` pass under StrictNoSign and forwards it, for which stricter implementations would punish us
    if (message.from != null || message.seqno != null || message.signature != null || message.key != null) {
      topic.counters.malformed++
      this.#invalid(from, message.topic)
      return undefined
    }
    topic.counters.receivedBytes += bytes
    this.#init.bearers.brought(from.toString(), message.topic)
    const arrival = { from, wireBytes: bytes, receivedMs: Date.now(), id: '', isJudged: false, isRepeat: false }
    this.#arrivals.set(data, arrival)
    return arrival
  }

  async #receive(arrival: Arrival, message: RPC.Message): Promise<void> {
    const { router, counters } = this.#init
    const peer = arrival.from.toString()
    await this.#pass(arrival.from, { subscriptions: [], messages: [message] })
    router.score.scoreCache.delete(peer)
    if (arrival.isJudged) return
    const topic = this.#init.topic(message.topic)
    if (topic !== undefined) topic.counters.duplicates++
    if (arrival.isRepeat) {
      counters.repeats++
      penalize(router, peer, PENALTY.repeat)
    }
  }

  #invalid(from: PeerId, wireTopic: string): void {
    const peer = from.toString()
    this.#init.router.score.rejectInvalidMessage(peer, wireTopic)
    freshScore(this.#init.router, peer)
  }

  #isGraylisted(peer: string): boolean {
    return this.#init.router.score.score(peer) < SCORE_THRESHOLDS.graylistThreshold
  }

  /** Holds the reader of a graylisted peer: what is not read costs nothing, neither decoding nor memory. */
  async #untilForgiven(peer: string): Promise<void> {
    const { router, inbound } = this.#init
    const { signal } = this.#stopped
    const link = inbound(peer)
    while (this.#isGraylisted(peer) && router.peers.has(peer) && inbound(peer) === link && !signal.aborted) {
      await this.#heartbeat.promise
    }
  }

  async #pace(lane: Lane, rpc: RPC): Promise<void> {
    const now = Date.now()
    let bytes = 0
    for (const { data, topic } of rpc.messages) bytes += (data?.byteLength ?? 0) + topic.length
    const waitMs = Math.max(lane.messages.take(1 + rpc.messages.length, now), lane.bytes.take(bytes, now))
    if (waitMs < 1) return
    this.#init.counters.throttled++
    await delay(waitMs, this.#stopped.signal)
  }

  #laneOf(peer: string): Lane {
    let lane = this.#lanes.get(peer)
    if (lane === undefined) {
      const { maxMessagesPerSecond: messages, maxBytesPerSecond: bytes } = this.#init.options
      lane = {
        messages: new TokenBucket(messages, messages * BURST_SECONDS, Date.now()),
        bytes: new TokenBucket(bytes, bytes * BURST_SECONDS, Date.now()),
        inFlight: 0,
        freed: undefined,
      }
      this.#lanes.set(peer, lane)
    }
    return lane
  }

  readonly #onHeartbeat = (): void => {
    this.#heartbeat.resolve()
    this.#heartbeat = Promise.withResolvers()
    const { router, bearers } = this.#init
    for (const peer of this.#lanes.keys()) {
      if (!router.peers.has(peer)) this.#lanes.delete(peer)
    }
    bearers.keep(router.mesh)
  }
}
