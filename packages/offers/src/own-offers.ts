import { randomBytes } from '@libp2p/crypto'
import { groupOf, recordKey, signRecord } from '@stoa/record'
import { encodeOfferBody } from './core/offer-body.ts'
import { spaceOf } from './core/market-name.ts'
import { mayHaveEarlier, nextVersion } from './core/own-version.ts'
import { OffersError, throwIfAborted } from './errors.ts'
import { toHex } from './hex.ts'
import { offerLimits } from './offer-rules.ts'
import { asOffersError } from './replica-errors.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { RecordEntry, UncheckedRecord, VerifiedRecord } from '@stoa/record'
import type { Clock, EntryMeta, Replica } from '@stoa/replica'
import type { OfferBody } from './core/offer-body.ts'
import type { OwnVersion } from './core/own-version.ts'
import type { OffersOptions } from './options.ts'

export interface OwnOffersInit {
  replica: Replica<RecordEntry>
  privateKey: PrivateKey
  options: OffersOptions
  clock: Clock
  /** How far ahead of its clock another node takes a version. */
  maxClockSkewMs: number
  /** Since when the store has all that this identity published; undefined when others publish with it. */
  beganMs: () => number | undefined
}

/** An offer of this node's own before it has a version. */
export interface Draft {
  readonly market: string
  /** Undefined: a new one, that nobody can have used. */
  readonly name: string | undefined
  readonly body: OfferBody
  readonly ttlMs: number
}

/** Writes the offers of this node's identity: which version comes next, signed, one at a time for each key. */
export class OwnOffers {
  readonly owner: Uint8Array
  readonly #init: OwnOffersInit
  readonly #ownerHex: string
  /** The last write of each key that is being written. */
  readonly #writes = new Map<string, Promise<unknown>>()

  constructor(init: OwnOffersInit) {
    this.#init = init
    this.owner = init.privateKey.publicKey.raw
    this.#ownerHex = toHex(this.owner)
  }

  /** A name that this call made is new: nothing has to be held on its account. */
  async publish(draft: Draft, signal: AbortSignal | undefined): Promise<VerifiedRecord> {
    const { space, name, isNewName } = this.nameOf(draft)
    return this.#locked(recordKey(this.owner, space, name), async key => {
      throwIfAborted(signal)
      const known = await this.#known(key)
      if (known === undefined) this.assertQuota(draft.market, this.countIn(draft.market))
      const record = await this.sign(draft, name, known, isNewName)
      await this.#put(record, signal)
      return record
    })
  }

  /** @param name undefined when the key is all that is known. */
  async remove(
    key: Uint8Array,
    unknown: { market: string; name: string } | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.#locked(key, async () => {
      throwIfAborted(signal)
      const held = await this.#known(key)
      const isUp = held !== undefined && !held.removed && held.expiresMs > this.#init.clock.now()
      if (!isUp && unknown === undefined) throw new OffersError('not-found', `no offer ${toHex(key)}`)
      if (held?.removed === true) return
      const space = held?.space ?? spaceOf(unknown!.market)
      const record = await this.#sign(
        space,
        held?.name ?? unknown!.name,
        this.#version(held, undefined, false),
        undefined,
      )
      await this.#put(record, signal)
    })
  }

  /**
   * Two devices of one identity wrote at once, and what won ends before what it replaced does: it is signed again, to be held long enough.
   * A no-op when a later version came meanwhile.
   */
  async holdUntil(winner: EntryMeta, holdsMs: number): Promise<void> {
    await this.#locked(winner.key, async () => {
      const held = (await this.#init.replica.get(winner.key))?.entry.record
      if (held === undefined || held.seq !== winner.seq || held.holdsMs >= holdsMs) return
      const { seq, createdMs } = this.#version(held, undefined, false)
      const expiresMs = held.removed ? holdsMs : Math.max(held.expiresMs, createdMs)
      const version = { seq, createdMs, expiresMs, holdsMs: Math.max(holdsMs, expiresMs) }
      await this.#put(await this.#sign(held.space, held.name, version, held.body), undefined)
    })
  }

  nameOf({ market, name }: Pick<Draft, 'market' | 'name'>): { space: string; name: string; isNewName: boolean } {
    return { space: spaceOf(market), name: name ?? toHex(randomBytes(16)), isNewName: name === undefined }
  }

  sign(
    { market, body, ttlMs }: Draft,
    name: string,
    known: OwnVersion | UncheckedRecord | undefined,
    isNewName: boolean,
  ): Promise<VerifiedRecord> {
    return this.#sign(spaceOf(market), name, this.#version(known, ttlMs, isNewName), encodeOfferBody(body))
  }

  /** Entries of ours that count in the quota of a market: removed ones too, until they need not be held. */
  countIn(market: string): number {
    const own = groupOf(spaceOf(market), this.#ownerHex)
    for (const { group, total } of this.#init.replica.groups()) if (group === own) return total
    return 0
  }

  /** Others would drop one of ours for it, and take it back when room frees: so the owner's node keeps to the quota. */
  assertQuota(market: string, count: number): void {
    const { maxPerOwner } = this.#init.options
    if (count < maxPerOwner) return
    const figures = [count, maxPerOwner].map(figure => figure.toLocaleString('en'))
    throw new OffersError(
      'over-quota',
      `${figures[0]} offers in ${market}, with those removed lately; the limit is ${figures[1]} an owner`,
    )
  }

  #version(known: OwnVersion | UncheckedRecord | undefined, ttlMs: number | undefined, isNewName: boolean): OwnVersion {
    const { clock, options, maxClockSkewMs, beganMs } = this.#init
    const nowMs = clock.now()
    if (known !== undefined && known.createdMs > nowMs + maxClockSkewMs) {
      throw new OffersError(
        'clock',
        `the clock is ${known.createdMs - nowMs} ms before the last version of this offer: set it`,
      )
    }
    const { maxTtlMs } = options
    return nextVersion({
      known,
      nowMs,
      ttlMs,
      maxTtlMs,
      // a removal of what is not known is for what others may know
      mayHaveEarlier: ttlMs === undefined || (!isNewName && mayHaveEarlier(beganMs(), nowMs, maxTtlMs)),
    })
  }

  async #sign(
    space: string,
    name: string | Uint8Array,
    version: OwnVersion,
    body: Uint8Array | undefined,
  ): Promise<VerifiedRecord> {
    const { privateKey, options } = this.#init
    try {
      return await signRecord(
        privateKey,
        { space, name, ...version, body },
        { network: options.network, limits: offerLimits(options) },
      )
    } catch (error) {
      throw asOffersError(error)
    }
  }

  async #known(key: Uint8Array): Promise<UncheckedRecord | undefined> {
    return (await this.#init.replica.get(key))?.entry.record
  }

  async #put(record: VerifiedRecord, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#init.replica.publish(record.bytes, { signal })
    } catch (error) {
      throw asOffersError(error)
    }
  }

  async #locked<T>(key: Uint8Array, write: (key: Uint8Array) => Promise<T>): Promise<T> {
    const name = toHex(key)
    const before = this.#writes.get(name)
    const mine = (before ?? Promise.resolve()).then(
      () => write(key),
      () => write(key),
    )
    this.#writes.set(name, mine)
    try {
      return await mine
    } finally {
      if (this.#writes.get(name) === mine) this.#writes.delete(name)
    }
  }
}
