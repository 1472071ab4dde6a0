import { TopicValidatorResult } from '@libp2p/gossipsub'
import { topicCounters } from './core/counters.ts'
import { wireBytes } from './core/wire-size.ts'
import { BroadcastError, aborted, throwIfAborted } from './errors.ts'
import { idToString, messageId } from './message-id.ts'
import { checkCount } from './options.ts'
import { seal } from './signed-envelope.ts'
import { Subscription } from './subscription.ts'
import { judge } from './validation.ts'
import type { Message as RouterMessage } from '@libp2p/gossipsub'
import type { AbortOptions, PeerId, PrivateKey } from '@libp2p/interface'
import type { Codec } from '@stoa/codec'
import type { TopicCounters } from './core/counters.ts'
import type { Arrival, GatedTopic } from './net/gate.ts'
import type { Links } from './net/links.ts'
import type { Router } from './net/router.ts'
import type { Slots } from './net/wait.ts'
import type { BroadcastOptions } from './options.ts'
import type { Validate } from './validation.ts'

export interface TopicOptions<T> {
  /** What to think of each value that arrives. Without it all that the codec decodes is accepted. */
  validate?: Validate<T>
  /** Every message proves its author, who is `from`. Default false: authors stay private. All nodes must agree on it. */
  signed?: boolean
  /** The longest message, in bytes on the wire, to send and to accept. All nodes must agree on it. Default and most: the service's. */
  maxMessageBytes?: number
  /** The topic on the wire, in place of `/stoa/<network>/topic/<name>`: for protocols with topics of their own. */
  wireTopic?: string
}

export interface Message<T> {
  readonly value: T
  /** Hex of the message id: equal for equal values on one topic, on all nodes. */
  readonly id: string
  /** The author, on signed topics: proven. Undefined on others. */
  readonly from: PeerId | undefined
  /** The peer that handed it to us. It may be the author, or anybody. */
  readonly receivedFrom: PeerId
  /** When it arrived, in ms since 1970. */
  readonly receivedMs: number
}

export interface Published {
  /** Hex of the message id. */
  readonly id: string
  /** To how many peers it was sent. 0: nobody is there; publishing it again tries again. */
  readonly recipients: number
  /** The same was sent or received within two minutes, so it was not sent again. */
  readonly duplicate: boolean
  /** When it was signed and encoded and went to gossip, in ms since 1970 by the clock of `performance`, which nobody sets. */
  readonly publishedMs: number
}

export interface ReadOptions extends AbortOptions {
  /** Messages held while the reader is busy. Default: the service's `maxBufferedMessages`. */
  maxMessages?: number
  /** Bytes on the wire of the messages held while the reader is busy. Default: the service's `maxBufferedBytes`. */
  maxBytes?: number
}

export interface ReadyOptions extends AbortOptions {
  /** Subscribers to wait for. Default 1. */
  peers?: number
}

/** What a topic needs of its service. */
export interface TopicHost {
  readonly router: Router
  readonly links: Links
  readonly slots: Slots
  readonly options: BroadcastOptions
  readonly privateKey: PrivateKey
  readonly isStarted: boolean
  arrivalOf(message: RouterMessage): Arrival | undefined
  /** Of the accepted messages on a wire topic. One listener each; `closed` ends it. */
  onMessage(wireTopic: string, listener: (message: RouterMessage) => void): void
  closed(topic: Topic<unknown>): void
}

/** How long `publish` waits, in ms, while more than half of its recipients have no room. Then it drops for those. */
const MAX_PUBLISH_WAIT_MS = 1_000

const RESULTS = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const

/** An open topic. Made by `broadcast.topic()`. */
export class Topic<T> implements AsyncIterable<Message<T>>, AsyncDisposable, GatedTopic {
  readonly name: string
  readonly wireTopic: string
  readonly signed: boolean
  readonly maxMessageBytes: number
  readonly counters: TopicCounters = topicCounters()
  readonly #codec: Codec<T>
  readonly #validate: Validate<T> | undefined
  readonly #host: TopicHost
  readonly #subscriptions = new Set<Subscription<Message<T>>>()
  readonly #accepted = new WeakMap<Uint8Array, { message: Message<T>; wireBytes: number }>()
  readonly #closed = new AbortController()

  constructor(name: string, wireTopic: string, codec: Codec<T>, options: TopicOptions<T>, host: TopicHost) {
    const { maxMessageBytes: most } = host.options
    this.name = name
    this.wireTopic = wireTopic
    this.signed = options.signed ?? false
    this.maxMessageBytes = checkCount('maxMessageBytes', options.maxMessageBytes ?? most, most)
    this.#codec = codec
    this.#validate = options.validate
    this.#host = host
    if (this.signed && host.privateKey.type !== 'Ed25519') {
      throw new BroadcastError(
        'unsupported-key',
        `signed topics take an Ed25519 key, this node has ${host.privateKey.type}`,
      )
    }
    host.router.topicValidators.set(wireTopic, (_peer, message) => this.#judge(message))
    host.onMessage(wireTopic, message => this.#deliver(message))
  }

  get isClosed(): boolean {
    return this.#closed.signal.aborted
  }

  /** Peers known to be subscribed. */
  get subscribers(): PeerId[] {
    return this.isClosed ? [] : this.#host.router.getSubscribers(this.wireTopic)
  }

  /** How many peers messages are exchanged with in full; the other subscribers only hear which there are. */
  get meshSize(): number {
    return this.#host.router.mesh.get(this.wireTopic)?.size ?? 0
  }

  /**
   * Sends a value to the topic. It does not come back to this node's own iterators, and is not validated here.
   * @throws {BroadcastError} `closed`, `not-started`, `unencodable`, `too-large`, `aborted`
   */
  async publish(value: T, options: AbortOptions = {}): Promise<Published> {
    throwIfAborted(options.signal)
    this.#assertOpen()
    const data = await this.#encode(value)
    const id = idToString(await messageId(this.wireTopic, data))
    const peers = this.#reachable()
    await this.#room(peers, options.signal)
    throwIfAborted(options.signal)
    this.#assertOpen()
    const publishedMs = performance.timeOrigin + performance.now()
    if (peers.length === 0) return this.#publishedToNobody(id, publishedMs)
    try {
      const { recipients } = await this.#host.router.publish(this.wireTopic, data)
      this.counters.published++
      return { id, recipients: recipients.length, duplicate: false, publishedMs }
    } catch (error) {
      switch ((error as Error).message) {
        case 'PublishError.Duplicate':
          this.counters.publishedDuplicates++
          return { id, recipients: 0, duplicate: true, publishedMs }
        case 'PublishError.NoPeersSubscribedToTopic':
          return this.#publishedToNobody(id, publishedMs)
        default:
          throw error
      }
    }
  }

  /**
   * Reads the topic, from now on. Each reader gets every message, and has a buffer of its own: when it is full the oldest messages are
   * dropped and `counters.droppedBySlowConsumer` counts them. Ends when the topic is closed.
   */
  messages(options: ReadOptions = {}): Subscription<Message<T>> {
    const { maxBufferedMessages, maxBufferedBytes } = this.#host.options
    const subscription = new Subscription<Message<T>>({
      maxMessages: checkCount('maxMessages', options.maxMessages ?? maxBufferedMessages),
      maxBytes: checkCount('maxBytes', options.maxBytes ?? maxBufferedBytes),
      signal: options.signal,
      onEnd: () => this.#subscriptions.delete(subscription),
    })
    if (this.isClosed) subscription.end()
    else if (options.signal?.aborted !== true) this.#subscriptions.add(subscription)
    return subscription
  }

  [Symbol.asyncIterator](): Subscription<Message<T>> {
    return this.messages()
  }

  /**
   * Resolves when so many subscribers can be reached, so that `publish` has recipients.
   * @throws {BroadcastError} `closed`, `aborted`
   */
  async ready(options: ReadyOptions = {}): Promise<void> {
    const { peers = 1, signal } = options
    throwIfAborted(signal)
    const { router } = this.#host
    const done = Promise.withResolvers<void>()
    const check = (): void => {
      if (this.isClosed) done.reject(this.#closedError())
      else if (signal?.aborted === true) done.reject(aborted(signal))
      else if (this.#reachable().length >= peers) done.resolve()
    }
    // a subscription may be announced before the stream towards the peer is open: then the heartbeat finds it
    const events = ['subscription-change', 'gossipsub:graft', 'gossipsub:heartbeat'] as const
    for (const event of events) router.addEventListener(event, check)
    for (const abort of [signal, this.#closed.signal]) abort?.addEventListener('abort', check)
    try {
      check()
      await done.promise
    } finally {
      for (const event of events) router.removeEventListener(event, check)
      for (const abort of [signal, this.#closed.signal]) abort?.removeEventListener('abort', check)
    }
  }

  /** Leaves the topic and ends its iterators, which may still read what they hold. */
  async close(): Promise<void> {
    if (this.isClosed) return
    const { router, isStarted } = this.#host
    router.topicValidators.delete(this.wireTopic)
    if (isStarted) router.unsubscribe(this.wireTopic)
    this.#closed.abort()
    for (const subscription of this.#subscriptions) subscription.end()
    this.#host.closed(this as Topic<unknown>)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #judge(message: RouterMessage): Promise<TopicValidatorResult> {
    const arrival = this.#host.arrivalOf(message)
    if (arrival === undefined) return RESULTS.ignore
    arrival.isJudged = true
    const judged = await judge(
      {
        wireTopic: this.wireTopic,
        codec: this.#codec,
        isSigned: this.signed,
        validate: this.#validate,
        timeoutMs: this.#host.options.validateTimeoutMs,
        slots: this.#host.slots,
        counters: this.counters,
        signal: this.#closed.signal,
      },
      arrival,
      message.data,
    )
    if (judged.verdict === 'accept') {
      const { id, from: receivedFrom, receivedMs } = arrival
      const accepted = { value: judged.value, id, from: judged.author, receivedFrom, receivedMs }
      this.#accepted.set(message.data, { message: accepted, wireBytes: arrival.wireBytes })
    }
    return RESULTS[judged.verdict]
  }

  #deliver({ data }: RouterMessage): void {
    const accepted = this.#accepted.get(data)
    if (accepted === undefined) return
    this.counters.delivered++
    for (const subscription of this.#subscriptions) {
      this.counters.droppedBySlowConsumer += subscription.push(accepted.message, accepted.wireBytes)
    }
  }

  async #encode(value: T): Promise<Uint8Array> {
    let payload: Uint8Array
    try {
      // copied: it is kept for peers that ask again, and may be the caller's own buffer
      payload = this.#codec.encode(value).slice()
    } catch (error) {
      throw new BroadcastError('unencodable', `topic ${this.name}: ${(error as Error).message}`, { cause: error })
    }
    const data = this.signed ? await seal(this.#host.privateKey, this.wireTopic, payload) : payload
    const bytes = wireBytes(this.wireTopic.length, data.byteLength)
    if (bytes > this.maxMessageBytes) {
      throw new BroadcastError(
        'too-large',
        `message is ${bytes.toLocaleString('en')} bytes on the wire, the limit of topic ${this.name} is ${this.maxMessageBytes.toLocaleString('en')}`,
      )
    }
    return data
  }

  async #room(peers: string[], signal: AbortSignal | undefined): Promise<void> {
    const { links } = this.#host
    if (links.hasRoom(peers)) return
    const timeout = AbortSignal.timeout(MAX_PUBLISH_WAIT_MS)
    await links.room(peers, AbortSignal.any([timeout, this.#closed.signal, ...(signal == null ? [] : [signal])]))
  }

  #reachable(): string[] {
    const { router, links } = this.#host
    return router
      .getSubscribers(this.wireTopic)
      .map(peer => peer.toString())
      .filter(peer => links.isReachable(peer))
  }

  #publishedToNobody(id: string, publishedMs: number): Published {
    this.counters.publishedToNobody++
    return { id, recipients: 0, duplicate: false, publishedMs }
  }

  #assertOpen(): void {
    if (this.isClosed) throw this.#closedError()
    if (!this.#host.isStarted) throw new BroadcastError('not-started', `topic ${this.name}: libp2p is not started`)
  }

  #closedError(): BroadcastError {
    return new BroadcastError('closed', `topic ${this.name} is closed`)
  }
}
