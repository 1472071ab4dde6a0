import { recordKey, signRecord } from '@stoa/record'
import { nextVersion } from '../core/own-version.ts'
import { PRESENCE_NAME, PRESENCE_SPACE, leaseLimits } from '../offer-rules.ts'
import type { Logger, PeerId, PrivateKey } from '@libp2p/interface'
import type { RecordEntry } from '@stoa/record'
import type { Clock, Replica } from '@stoa/replica'
import type { OffersOptions } from '../options.ts'

export interface LeaseKeeperInit {
  replica: Replica<RecordEntry>
  privateKey: PrivateKey
  options: OffersOptions
  clock: Clock
  log: Logger
  /** Who is connected. */
  peers: () => PeerId[]
  /** Whether this identity has offers that need it to be online. */
  isWanted: () => boolean
}

/** Renewed so many times in a lease: two of them may be lost before others take the owner for gone. */
const RENEWALS = 3
/** How long a stopping node takes to say so, in ms. Its lease ends by itself otherwise. */
const FAREWELL_MS = 1_000
/** Peers that have to have heard it: they tell the rest. What was only gossiped can be lost with the connections. */
const FAREWELL_PEERS = 3
const NO_BODY = new Uint8Array(0)

/** Says that this node is up, for as long as it has offers `whileOnline`: spec/offers.md §5. */
export class LeaseKeeper {
  readonly #init: LeaseKeeperInit
  readonly #key: Uint8Array
  #timer: unknown
  #renewing: Promise<void> | undefined
  #untilMs: number | undefined
  #isRunning = false

  constructor(init: LeaseKeeperInit) {
    this.#init = init
    this.#key = recordKey(init.privateKey.publicKey.raw, PRESENCE_SPACE, PRESENCE_NAME)
  }

  /** Undefined: it does not say that it is up. */
  get untilMs(): number | undefined {
    return this.#untilMs !== undefined && this.#untilMs > this.#init.clock.now() ? this.#untilMs : undefined
  }

  start(): void {
    this.#isRunning = true
    this.wake()
  }

  /** Something changed: offers, or the lease, by another device of this identity. */
  wake(): void {
    if (!this.#isRunning || !this.#init.isWanted()) return
    this.ensure().catch(() => {})
  }

  /** Resolves when the lease runs for two thirds of its time at least. */
  async ensure(): Promise<void> {
    if (!this.#isRunning) return
    this.#renewing ??= this.#renewIfDue().finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
  }

  /** Ends the lease, so that others need not wait for its end. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#init.clock.clearTimeout(this.#timer)
    await this.#renewing?.catch(() => {})
    if (this.untilMs === undefined) return
    this.#untilMs = undefined
    const signal = AbortSignal.timeout(FAREWELL_MS)
    const { replica, peers, log } = this.#init
    try {
      await this.#publish(undefined, signal)
      await Promise.any(
        peers()
          .slice(0, FAREWELL_PEERS)
          .map(peer => replica.syncWith(peer, { signal })),
      )
    } catch (error) {
      log('nobody heard of the end of the lease: %s', error)
    }
  }

  async #renewIfDue(): Promise<void> {
    const { clock, options, replica, log } = this.#init
    const held = (await replica.get(this.#key))?.meta
    const intervalMs = Math.ceil(options.leaseMs / RENEWALS)
    const leftMs = held === undefined || held.isFinal ? 0 : held.expiresMs - clock.now()
    if (leftMs > options.leaseMs - intervalMs) {
      this.#untilMs = held?.expiresMs
      this.#wakeIn(leftMs - (options.leaseMs - intervalMs))
      return
    }
    try {
      this.#untilMs = await this.#publish(options.leaseMs, undefined)
      this.#wakeIn(intervalMs)
    } catch (error) {
      log.error('could not renew the lease: %e', error)
      this.#wakeIn(Math.ceil(intervalMs / 4))
      throw error
    }
  }

  #wakeIn(delayMs: number): void {
    const { clock } = this.#init
    clock.clearTimeout(this.#timer)
    if (this.#isRunning) this.#timer = clock.setTimeout(() => this.wake(), Math.max(1, delayMs))
  }

  /** @returns when it ends */
  async #publish(leaseMs: number | undefined, signal: AbortSignal | undefined): Promise<number> {
    const { clock, options, privateKey, replica } = this.#init
    const limits = leaseLimits(options)
    const version = nextVersion({
      known: (await replica.get(this.#key))?.meta,
      nowMs: clock.now(),
      ttlMs: leaseMs,
      maxTtlMs: limits.maxTtlMs,
      // leases are not stored: an earlier one may run elsewhere, and be longer
      mayHaveEarlier: true,
    })
    const record = await signRecord(
      privateKey,
      { space: PRESENCE_SPACE, name: PRESENCE_NAME, ...version, body: leaseMs === undefined ? undefined : NO_BODY },
      { network: options.network, limits },
    )
    await replica.publish(record.bytes, { signal })
    return version.expiresMs
  }
}
