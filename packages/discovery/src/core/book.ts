import { networkOf } from './address.ts'
import { anyAddress } from './address-rule.ts'
import type { AddressRule } from './address-rule.ts'
import { retryDelayMs } from './backoff.ts'
import { crowdedVictim } from './evict.ts'
import { afterReaching, afterTrying, dialOrder, mergeAddresses } from './known-addresses.ts'
import type { Limits } from './limits.ts'
import type { BookEntry, HeardPeer, Origin, Source, TriedAddress } from './model.ts'

export type BookLimits = Pick<
  Limits,
  | 'maxProven'
  | 'maxUnproven'
  | 'maxAddressesPerPeer'
  | 'provenMaxAgeMs'
  | 'unprovenMaxAgeMs'
  | 'retryMinMs'
  | 'retryMaxMs'
  | 'retryJitter'
>

export type Heard = 'new' | 'updated' | 'unchanged'

export const isProven = (entry: BookEntry): boolean => entry.lastSuccessMs !== undefined

/** The network of the address that would be dialled first. */
export const networkOfEntry = (entry: BookEntry): string => networkOf(dialOrder(entry.addresses)[0]?.address ?? '')

/**
 * The peers we know: those we have had as members over a connection of our own (proven) and those we only heard of,
 * in two tables with room of their own, as Bitcoin's addrman has `tried` and `new`. Hearing of peers, however many,
 * fills and empties only the second.
 */
export class AddressBook {
  readonly #limits: BookLimits
  readonly #entries = new Map<string, BookEntry>()
  readonly #changed = new Set<string>()
  readonly #allows: AddressRule
  #refused = 0

  constructor(limits: BookLimits, allows: AddressRule = anyAddress) {
    this.#limits = limits
    this.#allows = allows
  }

  /** Addresses that were not let in, over all times they were heard of. */
  get refused(): number {
    return this.#refused
  }

  get size(): number {
    return this.#entries.size
  }

  entries(): IterableIterator<BookEntry> {
    return this.#entries.values()
  }

  get(peer: string): BookEntry | undefined {
    return this.#entries.get(peer)
  }

  /** What is read back from the store, within the same bounds. What is not allowed any more is gone from the store, too. */
  restore(entries: readonly BookEntry[], nowMs: number): void {
    for (const stored of entries) {
      const addresses = this.#allowed(stored.addresses, ({ address }) => address)
      // a clock that ran ahead once must not make an entry immortal
      const entry = { ...stored, addresses, lastHeardMs: Math.min(stored.lastHeardMs, nowMs), retryAtMs: 0 }
      this.#entries.set(entry.peer, entry)
      if (addresses.length === 0) this.forget(entry.peer)
      else if (addresses.length < stored.addresses.length) this.#changed.add(entry.peer)
      this.#makeRoom(isProven(entry))
    }
    this.expire(nowMs)
  }

  hear(told: HeardPeer, source: Source, origin: Origin, nowMs: number): Heard {
    const heard = { ...told, addresses: this.#allowed(told.addresses, address => address) }
    const before = this.#entries.get(heard.peer)
    if (heard.addresses.length === 0) return 'unchanged'
    const seq = heard.seq ?? 0n
    const signed = heard.seq !== undefined
    // an old record, signed or not, must not bring back addresses that its peer has withdrawn
    if (before !== undefined && signed && seq < before.seq) return 'unchanged'

    const addresses = mergeAddresses(before?.addresses ?? [], heard, { signed, max: this.#limits.maxAddressesPerPeer })
    if (before === undefined) {
      const unknown = { successes: 0, failures: 0, retryAtMs: 0 }
      this.#put({
        ...unknown,
        peer: heard.peer,
        addresses,
        source,
        origin,
        seq,
        firstHeardMs: nowMs,
        lastHeardMs: nowMs,
      })
      this.#makeRoom(false)
      return this.#entries.has(heard.peer) ? 'new' : 'unchanged'
    }
    const known = new Set(before.addresses.map(({ address }) => address))
    const moved = addresses.some(({ address }) => !known.has(address))
    // somewhere new to try: what failed elsewhere says nothing about it
    const retryAtMs = moved && signed ? Math.min(before.retryAtMs, nowMs) : before.retryAtMs
    const entry = { ...before, addresses, seq: signed ? seq : before.seq, lastHeardMs: nowMs, retryAtMs }
    // being heard of again is not worth a write by itself
    if (moved || entry.seq !== before.seq) this.#put(entry)
    else this.#entries.set(entry.peer, entry)
    return moved ? 'updated' : 'unchanged'
  }

  /** The peer is a member of our network, and we reached it at this address. */
  prove(peer: string, address: string, nowMs: number): void {
    const entry = this.#entries.get(peer)
    if (entry === undefined || !this.#allows(address)) return
    this.#put({
      ...entry,
      addresses: afterReaching(entry.addresses, address, nowMs, this.#limits.maxAddressesPerPeer),
      lastHeardMs: nowMs,
      lastSuccessMs: nowMs,
      successes: entry.successes + 1,
      failures: 0,
      retryAtMs: 0,
    })
    this.#makeRoom(true)
  }

  /** Seen alive; keeps a long connection from looking like a long absence. */
  refresh(peer: string, nowMs: number): void {
    const entry = this.#entries.get(peer)
    if (entry !== undefined && isProven(entry)) this.#put({ ...entry, lastHeardMs: nowMs, lastSuccessMs: nowMs })
  }

  tried(peer: string, nowMs: number): void {
    const entry = this.#entries.get(peer)
    if (entry !== undefined) this.#entries.set(peer, { ...entry, lastTriedMs: nowMs })
  }

  /** A dial, or what had to follow it, failed. Addresses where somebody else answered are gone for good. */
  fail(peer: string, tried: readonly TriedAddress[], nowMs: number, draw: number): void {
    const entry = this.#entries.get(peer)
    if (entry === undefined) return
    const addresses = afterTrying(entry.addresses, tried)
    if (addresses.length === 0) return this.forget(peer)
    const failures = entry.failures + 1
    const { retryMinMs: minMs, retryMaxMs: maxMs, retryJitter: jitter } = this.#limits
    const retryAtMs = nowMs + retryDelayMs(failures, { minMs, maxMs, jitter }, draw)
    this.#put({ ...entry, addresses, failures, retryAtMs })
  }

  /** A connection that had worked has ended: come back, but not in the same breath. */
  postpone(peer: string, nowMs: number, draw: number): void {
    const entry = this.#entries.get(peer)
    if (entry === undefined) return
    const { retryMinMs: minMs, retryMaxMs: maxMs, retryJitter: jitter } = this.#limits
    this.#entries.set(peer, { ...entry, retryAtMs: nowMs + retryDelayMs(1, { minMs, maxMs, jitter }, draw) })
  }

  forget(peer: string): void {
    if (this.#entries.delete(peer)) this.#changed.add(peer)
  }

  expire(nowMs: number): void {
    for (const entry of this.#entries.values()) {
      const aliveMs = isProven(entry) ? (entry.lastSuccessMs ?? 0) : entry.lastHeardMs
      const maxAgeMs = isProven(entry) ? this.#limits.provenMaxAgeMs : this.#limits.unprovenMaxAgeMs
      if (nowMs - aliveMs > maxAgeMs) this.forget(entry.peer)
    }
  }

  /** What to write since last asked: an entry to store, or the peer alone to forget. */
  takeChanges(): Array<BookEntry | { readonly peer: string; readonly forgotten: true }> {
    const changes = [...this.#changed].map(peer => this.#entries.get(peer) ?? ({ peer, forgotten: true } as const))
    this.#changed.clear()
    return changes
  }

  #allowed<T>(items: readonly T[], addressOf: (item: T) => string): readonly T[] {
    const allowed = items.filter(item => this.#allows(addressOf(item)))
    this.#refused += items.length - allowed.length
    return allowed
  }

  #put(entry: BookEntry): void {
    this.#entries.set(entry.peer, entry)
    this.#changed.add(entry.peer)
  }

  #makeRoom(proven: boolean): void {
    const table = [...this.#entries.values()].filter(entry => isProven(entry) === proven)
    if (table.length <= (proven ? this.#limits.maxProven : this.#limits.maxUnproven)) return
    const victim = proven
      ? crowdedVictim(table, { groupOf: networkOfEntry, worst: longestUnreached })
      : crowdedVictim(table, {
          groupOf: entry => entry.origin.network,
          subgroupOf: entry => entry.origin.teller,
          worst: leastPromising,
        })
    if (victim !== undefined) this.forget(victim.peer)
  }
}

const longestUnreached = (a: BookEntry, b: BookEntry): number => (a.lastSuccessMs ?? 0) - (b.lastSuccessMs ?? 0)

const leastPromising = (a: BookEntry, b: BookEntry): number =>
  b.failures - a.failures || a.lastHeardMs - b.lastHeardMs || a.firstHeardMs - b.firstHeardMs
