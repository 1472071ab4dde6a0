import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { DEFAULTS as REPLICA_DEFAULTS, levelStore } from '@stoa/replica'
import { TypedEventEmitter } from 'main-event'
import { MemoryLevel } from 'memory-level'
import { pick } from './components.ts'
import { countsSinceLast, noCounts } from './counters.ts'
import { MailboxError } from './errors.ts'
import { fromHex } from './hex.ts'
import { createMailKeys } from './keys/create-mail-keys.ts'
import { levelSecrets } from './keys/level-secrets.ts'
import { memorySecrets } from './keys/memory-secrets.ts'
import { letterReplicas } from './letter-replicas.ts'
import { deliveryOf } from './outbox.ts'
import { resolveOptions } from './options.ts'
import { Post } from './post.ts'
import { StoreRepair } from './net/store-repair.ts'
import type { Logger, PeerId, TypedEventTarget } from '@libp2p/interface'
import type { Clock, Level, LevelStore, ReplicaEvents } from '@stoa/replica'
import type { MailboxComponents } from './components.ts'
import type { MailCounters } from './counters.ts'
import type { Delivery } from './delivery.ts'
import type { DeviceMailKeys } from './keys/create-mail-keys.ts'
import type { SecretStore } from './keys/mail-keys.ts'
import type { Letters } from './net/letters.ts'
import type { MailboxInit, MailboxOptions } from './options.ts'
import type { OwnMailKeys } from './own-keys.ts'
import type { Inbox, MailboxEvents, MailboxService, MailboxStatus, Outbox, SendOptions } from './service.ts'

/** A libp2p service: sealed letters for people who may be offline. Needs `broadcast()` and `direct()`, registered before it under these names. */
export function mailbox(init: MailboxInit = {}): (components: MailboxComponents) => MailboxService {
  const options = resolveOptions(init)
  return components => new ReplicatedMailbox(components, options, init)
}

const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
}

class ReplicatedMailbox extends TypedEventEmitter<MailboxEvents> implements MailboxService {
  readonly [Symbol.toStringTag] = '@stoa/mailbox'
  readonly [serviceCapabilities]: string[] = ['@stoa/mailbox']
  readonly [serviceDependencies]: string[] = ['@stoa/broadcast', '@stoa/direct']

  readonly #options: MailboxOptions
  readonly #counters: MailCounters = noCounts()
  readonly #log: Logger
  readonly #letters: Letters
  readonly #keys: DeviceMailKeys
  readonly #post: Post
  readonly #repair: StoreRepair
  #isReadOnly = false
  #starting: Promise<void> | undefined

  /** @throws {MailboxError} `unsupported-key` */
  constructor(components: MailboxComponents, options: MailboxOptions, init: MailboxInit) {
    super()
    const { privateKey = components.privateKey, clock = systemClock } = init
    if (privateKey.type !== 'Ed25519') {
      throw new MailboxError('unsupported-key', `mail is signed with Ed25519 keys, this one is ${privateKey.type}`)
    }
    this.#options = options
    const log = (this.#log = components.logger.forComponent('stoa:mailbox'))
    const { network, rotateMs, keyTtlMs } = options
    const store = storeOf(init.store)
    const parts = pick(components)
    const { replica } = init
    this.#letters = letterReplicas({
      options,
      replica,
      store,
      clock,
      components: parts,
      onRejected: code => this.#rejected(code, ''),
    })
    this.#keys = createMailKeys({
      network,
      privateKey,
      components: parts,
      store,
      secrets: init.secrets ?? secretsOf(init.store, store, network),
      clock,
      log,
      rotateMs,
      keyTtlMs,
      budgetBytes: options.keysBudgetBytes,
      replica,
    })
    this.#post = new Post({
      options,
      components,
      privateKey,
      clock,
      log,
      store,
      letters: this.#letters,
      keys: this.#keys,
      counters: this.#counters,
      maxClockSkewMs: replica?.maxClockSkewMs ?? REPLICA_DEFAULTS.maxClockSkewMs,
      onStep: init.onStep,
      hasListeners: event => this.listenerCount(event) > 0,
      onLetter: letter => this.safeDispatchEvent('letter', { detail: letter }),
      onCleared: id => this.safeDispatchEvent('cleared', { detail: { id } }),
      onDelivery: delivery => this.safeDispatchEvent('delivery', { detail: delivery }),
      onRejected: (code, id) => this.#rejected(code, id),
      onBroken: error => this.#repair.broken(error),
    })
    this.#repair = new StoreRepair({
      store,
      clock,
      retryMs: replica?.storeRetryMs ?? REPLICA_DEFAULTS.storeRetryMs,
      maxRetryMs: replica?.maxStoreRetryMs ?? REPLICA_DEFAULTS.maxStoreRetryMs,
      onReadOnly: reason => this.#readOnly(reason),
      onWritable: () => this.#writable(),
    })
    components.metrics?.registerCounterGroup('stoa_mailbox_events_total', {
      label: 'event',
      help: 'What became of letters that were sent, received and kept for others',
      calculate: countsSinceLast(this.#counters),
    })
    this.#forward()
  }

  get network(): string {
    return this.#options.network
  }

  get isStarted(): boolean {
    return this.#post.isStarted
  }

  get inbox(): Inbox {
    return this.#post.inbox
  }

  get outbox(): Outbox {
    return this.#post.outbox
  }

  async start(): Promise<void> {
    this.#starting ??= this.#start()
    await this.#starting
  }

  /** libp2p calls it when all of its parts are started. */
  async afterStart(): Promise<void> {
    await this.#post.resume()
  }

  async stop(): Promise<void> {
    await this.#starting?.catch(() => {})
    this.#starting = undefined
    await this.#post.stop()
    await this.#repair.stop()
    await Promise.all([this.#letters.stop(), this.#keys.stop()])
  }

  async send(to: PeerId | string, body: Uint8Array, options: SendOptions = {}): Promise<Delivery> {
    return this.#post.send(to, body, options)
  }

  async status(id: string): Promise<Delivery | undefined> {
    if (fromHex(id, 32) === undefined) throw new MailboxError('bad-option', `${JSON.stringify(id)} is no letter’s id`)
    this.#post.assertStarted()
    const item = this.#post.delivery(id)
    return item === undefined ? undefined : deliveryOf(item)
  }

  ownKeys(): OwnMailKeys {
    this.#post.assertStarted()
    return this.#post.ownKeys()
  }

  stats(): MailboxStatus {
    const letters = this.#letters.replicas.map(replica => replica.status())
    const weak = letters.reduce((sum, { counters }) => sum + counters.verdicts['bad-stamp'], 0)
    const rejected = { ...this.#counters.rejected, 'bad-stamp': weak }
    return {
      letters,
      keys: this.#keys.replica.status(),
      ...this.#post.counts(),
      counters: { ...this.#counters, rejected },
    }
  }

  async #start(): Promise<void> {
    this.#repair.start()
    try {
      await this.#post.load()
      await this.#letters.start()
      await this.#keys.start()
      await this.#post.start()
    } catch (error) {
      this.#starting = undefined
      await Promise.allSettled([this.#post.stop(), this.#letters.stop(), this.#keys.stop()])
      throw error
    }
  }

  #rejected(code: keyof MailCounters['rejected'], id: string): void {
    this.#counters.rejected[code]++
    this.#log('rejected %s %s', code, id)
    this.safeDispatchEvent('rejected', { detail: { code, id } })
  }

  #forward(): void {
    const follow = (replica: Pick<TypedEventTarget<ReplicaEvents>, 'addEventListener'>): void => {
      replica.addEventListener('read-only', ({ detail }) => this.#readOnly(detail.reason))
      replica.addEventListener('writable', () => this.#writable())
    }
    follow(this.#keys.replica)
    for (const replica of this.#letters.replicas) follow(replica)
    for (const replica of this.#letters.replicas) {
      replica.addEventListener('sync', ({ detail }) => this.safeDispatchEvent('sync', { detail }))
    }
  }

  /** All of it is on one store, so whoever meets a fault first says so for the others. */
  #readOnly(reason: string): void {
    if (this.#isReadOnly) return
    this.#isReadOnly = true
    this.safeDispatchEvent('read-only', { detail: { reason } })
  }

  #writable(): void {
    if (!this.#isReadOnly) return
    this.#isReadOnly = false
    this.safeDispatchEvent('writable')
    this.#post.writable()
  }
}

function storeOf(given: Level | LevelStore | undefined): LevelStore {
  if (given === undefined) {
    return levelStore(new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' }))
  }
  return 'sublevel' in given ? levelStore(given) : given
}

/** Where the letters last, what opens them has to. */
function secretsOf(given: Level | LevelStore | undefined, store: LevelStore, network: string): SecretStore {
  return given === undefined ? memorySecrets() : levelSecrets(store, `${network}/mail-secrets`)
}
