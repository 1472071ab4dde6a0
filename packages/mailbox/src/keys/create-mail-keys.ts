import { groupOf } from '@stoa/record'
import { createReplica } from '@stoa/replica'
import { suiteOf } from '../crypto/suites.ts'
import { MLKEM768_X25519, X25519 } from '../crypto/suite.ts'
import { toHex } from '../hex.ts'
import { MAX_DEVICES, MAX_TTL_MS } from '../letter/limits.ts'
import { areEqual } from '../letter/bytes.ts'
import { decodeDeviceKeys } from './device-keys.ts'
import { DeviceIndex } from './device-index.ts'
import { KeyPublisher } from './key-publisher.ts'
import { KeyRing } from './key-ring.ts'
import { keyRules, MAIL_KEYS } from './key-rules.ts'
import type { Logger, PrivateKey } from '@libp2p/interface'
import type { RecordEntry } from '@stoa/record'
import type {
  Clock,
  LevelStore,
  Replica,
  ReplicaChange,
  ReplicaComponents,
  ReplicaInit,
  ReplicaOptions,
} from '@stoa/replica'
import type { HpkeSuite, SuiteId } from '../crypto/suite.ts'
import type { DeviceKey, MailKeys, OwnKey, SecretStore } from './mail-keys.ts'

export interface MailKeysInit {
  network: string
  /** Whose device this is: Ed25519. */
  privateKey: PrivateKey
  components: ReplicaComponents
  /** Of public keys. */
  store: LevelStore
  /** Of private keys: of this mailbox alone. */
  secrets: SecretStore
  clock: Clock
  log: Logger
  rotateMs: number
  /** At most 15 days. */
  keyTtlMs: number
  /** What public keys may take, in bytes. */
  budgetBytes: number
  /** Longest life of a letter, in ms. Default 15 days. */
  maxLetterTtlMs?: number
  /** Default: all that are known. */
  suites?: readonly HpkeSuite[]
  /** Options of the replica of public keys. */
  replica?: Partial<Omit<ReplicaOptions, 'budgetBytes'>> & Pick<ReplicaInit, 'sync'>
}

export interface DeviceMailKeys extends MailKeys {
  /** The name of this device's record, hexadecimal. Known from the start on. */
  readonly device: string
  /** Public keys of all: for its status and events. */
  readonly replica: Replica<RecordEntry>
}

/** Wall clocks jump, and timers stand still while a machine sleeps: so the time is looked at at least this often, in ms. */
const MAX_SLEEP_MS = 3_600_000
/** Until what failed is tried again, in ms: doubled up to `MAX_SLEEP_MS`. */
const RETRY_MS = 30_000

/** Makes them; start them once libp2p is, or with it. */
export function createMailKeys(init: MailKeysInit): DeviceMailKeys {
  return new RotatingKeys(init)
}

class RotatingKeys implements DeviceMailKeys {
  oldestUnread: () => number | undefined = () => undefined
  readonly replica: Replica<RecordEntry>
  readonly #init: MailKeysInit
  readonly #index: DeviceIndex
  #ring: KeyRing | undefined
  #publisher: KeyPublisher | undefined
  #stopping = new AbortController()
  #timer: unknown
  #tending: Promise<void> | undefined
  #retryMs = 0

  constructor(init: MailKeysInit) {
    const { network, privateKey, components, store, clock, budgetBytes, replica } = init
    const own = privateKey.publicKey.raw
    this.#init = init
    this.replica = createReplica<RecordEntry>(
      {
        ...replica,
        network,
        family: MAIL_KEYS,
        rules: keyRules(network),
        store,
        budgetBytes,
        isOwn: ({ record }) => areEqual(record.owner, own),
        clock,
      },
      components,
    )
    this.#index = new DeviceIndex(this.replica)
    this.replica.addEventListener('change', ({ detail }) => this.#follow(detail.changes))
  }

  get device(): string {
    return this.#ring === undefined ? '' : toHex(this.#ring.device)
  }

  async start(): Promise<void> {
    if (this.#ring !== undefined) return
    const { network, privateKey, clock, log, secrets, keyTtlMs } = this.#init
    const { maxLetterTtlMs = MAX_TTL_MS, suites = [suiteOf(MLKEM768_X25519), suiteOf(X25519)] } = this.#init
    const ring = await KeyRing.open({ secrets, suites, keyTtlMs, maxLetterTtlMs, log })
    // nobody can write to a node that cannot keep its keys: better not to start
    await this.#renew(ring)
    await this.replica.start()
    this.#index.seed()
    this.#stopping = new AbortController()
    this.#publisher = new KeyPublisher({ network, privateKey, device: ring.device, replica: this.replica, clock })
    this.#ring = ring
    await this.#tend()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#init.clock.clearTimeout(this.#timer)
    await this.#tending
    this.#ring = undefined
    await this.replica.stop()
  }

  async keysOf(identity: Uint8Array, suite: SuiteId): Promise<DeviceKey[]> {
    const metas = this.#index.live(groupOf(MAIL_KEYS, toHex(identity)), this.#init.clock.now())
    // each by its key: it may be replaced meanwhile
    const held = await Promise.all(metas.map(({ key }) => this.replica.get(key)))
    const keys = held.flatMap(found => {
      const { name, body, expiresMs } = found?.entry.record ?? {}
      const key = body && decodeDeviceKeys(body).find(one => one.suite === suite)
      return key && [{ device: toHex(name!), suite, publicKey: key.publicKey, untilMs: expiresMs! }]
    })
    return keys.filter(key => key !== undefined).slice(0, MAX_DEVICES)
  }

  own(): readonly OwnKey[] {
    return this.#ring?.own() ?? []
  }

  ownAt(suite: SuiteId, createdMs: number): readonly OwnKey[] {
    return this.#ring?.ownAt(suite, createdMs) ?? []
  }

  #follow(changes: ReadonlyArray<ReplicaChange<RecordEntry>>): void {
    this.#index.follow(changes)
    const key = this.#publisher?.key
    if (key === undefined || this.#ring === undefined) return
    // a damaged store lost it, for example
    if (changes.some(({ type, meta }) => type === 'drop' && areEqual(meta.key, key))) void this.#tend()
  }

  /** Does all that is due, and sees to it that it does so again in time. */
  async #tend(): Promise<void> {
    await this.#tending
    if (this.#ring === undefined || this.#stopping.signal.aborted) return
    this.#tending ??= this.#tendNow(this.#ring).finally(() => {
      this.#tending = undefined
    })
    await this.#tending
  }

  async #tendNow(ring: KeyRing): Promise<void> {
    const { clock, log, rotateMs } = this.#init
    const { signal } = this.#stopping
    clock.clearTimeout(this.#timer)
    try {
      await this.#renew(ring)
      await this.#publisher!.publish(ring.currentAt(clock.now())!, ring.lastUntilMs, signal)
      this.#retryMs = 0
    } catch (error) {
      this.#retryMs = Math.min(MAX_SLEEP_MS, Math.max(RETRY_MS, 2 * this.#retryMs))
      if (!signal.aborted) log.error('mail keys could not be renewed, next try in %d ms: %e', this.#retryMs, error)
    }
    if (signal.aborted) return
    const nowMs = clock.now()
    const dueMs = Math.min((ring.currentAt(nowMs)?.createdMs ?? nowMs) + rotateMs, ring.nextEraseMs())
    // what is overdue waits for a letter to be read
    const waitMs = this.#retryMs || (dueMs > nowMs ? Math.min(dueMs - nowMs, MAX_SLEEP_MS) : MAX_SLEEP_MS)
    this.#timer = clock.setTimeout(() => void this.#tend(), waitMs)
  }

  /** Erases what is due, and makes new keys when it is time. They are durable when it resolves. */
  async #renew(ring: KeyRing): Promise<void> {
    const { clock, rotateMs } = this.#init
    const nowMs = clock.now()
    await ring.eraseDue(nowMs, this.oldestUnread())
    const current = ring.currentAt(nowMs)
    if (current === undefined || current.createdMs + rotateMs <= nowMs || current.untilMs <= nowMs)
      await ring.rotate(nowMs)
  }
}
