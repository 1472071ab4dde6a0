import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { serviceCounters } from './core/counters.ts'
import { checkWireTopic, wireTopicOf } from './core/names.ts'
import { Bearers, nearness } from './core/nearness.ts'
import { BroadcastError } from './errors.ts'
import { Gate } from './net/gate.ts'
import { Links } from './net/links.ts'
import { createRouter, penalize, scoreTopic, unscoreTopic } from './net/router.ts'
import { Slots } from './net/wait.ts'
import { resolveOptions } from './options.ts'
import { Topic } from './topic.ts'
import type { GossipSub, GossipSubComponents, Message } from '@libp2p/gossipsub'
import type { PeerId, Startable } from '@libp2p/interface'
import type { Codec } from '@stoa/codec'
import type { ServiceCounters } from './core/counters.ts'
import type { Arrival } from './net/gate.ts'
import type { BoundedMessageCache } from './net/message-cache.ts'
import type { Router } from './net/router.ts'
import type { BroadcastInit, BroadcastOptions } from './options.ts'
import type { TopicHost, TopicOptions } from './topic.ts'

export type BroadcastComponents = GossipSubComponents

export interface BroadcastService extends Startable {
  readonly network: string
  /** The gossipsub instance below. Subscribing or publishing through it goes around the limits of this service. */
  readonly pubsub: GossipSub
  readonly counters: Readonly<ServiceCounters>
  /** The open topics. */
  readonly topics: ReadonlyArray<Topic<unknown>>
  /**
   * Opens a topic: from now on this node receives and forwards its messages. It may be called before libp2p is started.
   * @throws {BroadcastError} `bad-topic`, `bad-option`, `topic-open`, `too-many-topics`, `unsupported-key`
   */
  topic<T>(name: string, codec: Codec<T>, options?: TopicOptions<T>): Topic<T>
  /** What gossipsub thinks of a peer: 0 for one it does not know, up to 4.25 for who is near and delivers, below -10 no gossip, below -80 nothing is read from it. */
  scoreOf(peer: PeerId): number
}

/** A libp2p service: typed topics over gossipsub. Needs the identify service. */
export function broadcast(init: BroadcastInit = {}): (components: BroadcastComponents) => BroadcastService {
  const options = resolveOptions(init)
  return components => new GossipBroadcast(components, options)
}

class GossipBroadcast implements BroadcastService, TopicHost {
  readonly [Symbol.toStringTag] = '@stoa/broadcast'
  readonly [serviceCapabilities]: string[] = ['@libp2p/pubsub', '@stoa/broadcast']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify']

  readonly options: BroadcastOptions
  readonly router: Router
  readonly links: Links
  readonly slots: Slots
  readonly counters = serviceCounters()
  readonly #components: BroadcastComponents
  readonly #cache: BoundedMessageCache
  readonly #topics = new Map<string, Topic<unknown>>()
  readonly #listeners = new Map<string, (message: Message) => void>()
  /** Closed topics whose scores still count, the longest closed first: closing and opening again forgives nobody. */
  readonly #closedTopics = new Set<string>()
  readonly #gate: Gate
  readonly #bearers = new Bearers()
  #isStarted = false

  constructor(components: BroadcastComponents, options: BroadcastOptions) {
    const { counters } = this
    this.options = options
    this.#components = components
    this.slots = new Slots(options.maxConcurrentValidations)
    this.links = new Links({
      registrar: components.registrar,
      connections: peer =>
        components.connectionManager
          .getConnections(peer)
          .filter(({ limits }) => limits == null || options.gossipsub.runOnLimitedConnection === true),
      counters,
      maxUnsentBytesPerPeer: options.maxUnsentBytesPerPeer,
      penalize: (peer, penalty) => penalize(this.router, peer, penalty),
    })
    const { router, cache } = createRouter({ ...pick(components), registrar: this.links.registrar() }, options, {
      onId: (message, id) => gate.identified(message, id),
      nearnessOf: peer => (options.preferNear ? this.#nearnessOf(peer) : 0),
    })
    this.router = router
    this.#cache = cache
    const gate = new Gate({
      router,
      cache,
      options,
      counters,
      bearers: this.#bearers,
      inbound: peer => this.links.inbound(peer),
      topic: wireTopic => this.#topics.get(wireTopic),
    })
    this.#gate = gate
    // one for all topics: a hundred listeners would each be asked about every message
    router.addEventListener('gossipsub:graft', ({ detail }) => this.#bearers.grafted(detail.peerId, detail.topic))
    router.addEventListener('gossipsub:message', ({ detail: { msg } }) => this.#listeners.get(msg.topic)?.(msg))
  }

  /** What a peer earns by being near. Nothing for one that sits in a mesh and says nothing. */
  #nearnessOf(peer: string): number {
    const id = this.router.peers.get(peer)
    return id === undefined || this.#bearers.isSilent(peer) ? 0 : nearness(this.links.rttMs(id))
  }

  get network(): string {
    return this.options.network
  }

  get pubsub(): GossipSub {
    return this.router
  }

  get topics(): ReadonlyArray<Topic<unknown>> {
    return [...this.#topics.values()]
  }

  get privateKey(): BroadcastComponents['privateKey'] {
    return this.#components.privateKey
  }

  get isStarted(): boolean {
    return this.#isStarted
  }

  topic<T>(name: string, codec: Codec<T>, options: TopicOptions<T> = {}): Topic<T> {
    const { maxTopics, network } = this.options
    const wireTopic = options.wireTopic === undefined ? wireTopicOf(network, name) : checkWireTopic(options.wireTopic)
    if (this.#topics.has(wireTopic)) throw new BroadcastError('topic-open', `topic ${wireTopic} is open already`)
    if (this.#topics.size >= maxTopics) {
      throw new BroadcastError('too-many-topics', `${maxTopics} topics are open, which is the limit`)
    }
    const topic = new Topic(name, wireTopic, codec, options, this)
    this.#topics.set(wireTopic, topic as Topic<unknown>)
    this.#closedTopics.delete(wireTopic)
    scoreTopic(this.router, wireTopic)
    if (this.#isStarted) this.router.subscribe(wireTopic)
    return topic
  }

  arrivalOf(message: Message): Arrival | undefined {
    return this.#gate.arrivalOf(message)
  }

  onMessage(wireTopic: string, listener: (message: Message) => void): void {
    this.#listeners.set(wireTopic, listener)
  }

  closed(topic: Topic<unknown>): void {
    const { wireTopic } = topic
    this.#listeners.delete(wireTopic)
    this.#topics.delete(wireTopic)
    this.#closedTopics.add(wireTopic)
    const [oldest] = this.#closedTopics
    if (this.#closedTopics.size <= this.options.maxTopics || oldest === undefined) return
    this.#closedTopics.delete(oldest)
    unscoreTopic(this.router, oldest)
  }

  scoreOf(peer: PeerId): number {
    return this.router.score.score(peer.toString())
  }

  async start(): Promise<void> {
    if (this.#isStarted) return
    this.links.start()
    this.#gate.start()
    await this.router.start()
    this.#isStarted = true
    for (const wireTopic of this.#topics.keys()) this.router.subscribe(wireTopic)
  }

  /** Closes all topics. Others can be opened then, and are joined at the next start. */
  async stop(): Promise<void> {
    if (!this.#isStarted) return
    await Promise.all(this.topics.map(topic => topic.close()))
    this.#isStarted = false
    this.#gate.stop()
    this.links.stop()
    await this.router.stop()
    this.#cache.clear()
  }
}

/** libp2p's components are a proxy that cannot be spread. */
function pick(components: BroadcastComponents): BroadcastComponents {
  const { privateKey, peerId, peerStore, registrar, connectionManager, logger } = components
  return { privateKey, peerId, peerStore, registrar, connectionManager, logger }
}
