import { MARK_WHILE_ONLINE, PRESENCE_SPACE } from '../offer-rules.ts'
import { isLive, noticeOf } from '../core/notice.ts'
import { readGroup } from '../core/market-name.ts'
import { Presence } from '../core/presence.ts'
import { WhileOnline } from '../core/while-online.ts'
import { fromHex, toHex } from '../hex.ts'
import type { RecordEntry } from '@stoa/record'
import type { Clock, Cursor, EntryMeta, Replica, ReplicaChange, ScanQuery } from '@stoa/replica'
import type { MarketCount } from '../filter.ts'
import type { OfferViews } from '../offer-view.ts'
import type { OfferEvent, OfferRef } from '../watch.ts'
import type { EventFeed } from './event-feed.ts'

export interface FollowerInit {
  offers: Replica<RecordEntry>
  leases: Replica<RecordEntry>
  clock: Clock
  feed: EventFeed
  views: () => OfferViews
  /** An own offer, or lease, is another than before. */
  onOwnChange: (change: ReplicaChange<RecordEntry>) => void
  /** In hexadecimal. */
  ownOwner: string | undefined
}

const PAGE = 1_000

/** Follows both sets: which owners are online, which offers depend on it, and what that means to who watches. */
export class Follower {
  readonly presence = new Presence()
  readonly whileOnline = new WhileOnline()
  readonly #init: FollowerInit

  constructor(init: FollowerInit) {
    this.#init = init
    init.offers.addEventListener('change', ({ detail }) => this.#onOffers(detail.changes))
    init.leases.addEventListener('change', ({ detail }) => this.#onLeases(detail.changes))
  }

  isOnline(owner: string): boolean {
    return this.presence.isOnline(owner, this.#init.clock.now())
  }

  /** What the sets held when they were opened. What changes meanwhile may be told twice, and counts once. */
  seed(): void {
    const { offers, leases, clock } = this.#init
    for (const meta of pages(leases, { live: true })) {
      this.presence.renew(ownerOfLease(meta), meta.expiresMs, clock.now())
    }
    for (const meta of pages(offers, { live: true, mark: mark => mark === MARK_WHILE_ONLINE })) {
      const { market, owner } = readGroup(meta.group)
      this.whileOnline.add(owner, market, toHex(meta.key))
    }
  }

  clear(): void {
    this.presence.clear()
    this.whileOnline.clear()
  }

  markets(): MarketCount[] {
    const counts = new Map<string, { live: number; stale: number }>()
    for (const { group, live } of this.#init.offers.groups()) {
      if (live === 0) continue
      const { market, owner } = readGroup(group)
      let count = counts.get(market)
      if (count === undefined) counts.set(market, (count = { live: 0, stale: 0 }))
      const stale = this.isOnline(owner) ? 0 : Math.min(live, this.whileOnline.count(owner, market))
      count.live += live - stale
      count.stale += stale
    }
    return [...counts]
      .map(([market, { live, stale }]) => ({ market, live, stale, total: live + stale }))
      .toSorted((a, b) => (a.market < b.market ? -1 : 1))
  }

  #onOffers(changes: ReadonlyArray<ReplicaChange<RecordEntry>>): void {
    const { clock, feed, onOwnChange } = this.#init
    const nowMs = clock.now()
    for (const change of changes) {
      this.#index(change, nowMs)
      if (change.meta.isOwn) onOwnChange(change)
      if (feed.isHeard) this.#tell(change, nowMs)
    }
  }

  #index(change: ReplicaChange<RecordEntry>, nowMs: number): void {
    const { meta } = change
    const previous = change.type === 'put' ? change.previous : undefined
    if (meta.mark !== MARK_WHILE_ONLINE && previous?.mark !== MARK_WHILE_ONLINE) return
    const { market, owner } = readGroup(meta.group)
    const key = toHex(meta.key)
    if (change.type === 'put' && meta.mark === MARK_WHILE_ONLINE && isLive(meta, nowMs)) {
      this.whileOnline.add(owner, market, key)
    } else {
      this.whileOnline.delete(owner, market, key)
    }
  }

  #tell(change: ReplicaChange<RecordEntry>, nowMs: number): void {
    const notice = noticeOf(change, nowMs)
    if (notice === undefined) return
    const { feed, views } = this.#init
    const ref = this.#refOf(change.meta)
    switch (notice) {
      case 'added':
      case 'updated': {
        const record = change.type === 'put' ? change.entry?.record : undefined
        if (record === undefined) feed.tell(() => this.#read(notice, ref))
        else feed.tell(() => ({ ...ref, type: notice, offer: views().offerOf(record) }))
        break
      }
      case 'expired':
        feed.tell(() => ({ ...ref, type: 'expired' }))
        break
      default:
        feed.tell(() => ({ ...ref, type: 'removed', reason: notice === 'removed' ? 'by-owner' : notice }))
    }
  }

  #onLeases(changes: ReadonlyArray<ReplicaChange<RecordEntry>>): void {
    const { clock, onOwnChange } = this.#init
    const nowMs = clock.now()
    for (const change of changes) {
      const owner = ownerOfLease(change.meta)
      if (change.type === 'put' && isLive(change.meta, nowMs)) {
        if (this.presence.renew(owner, change.meta.expiresMs, nowMs)) this.#tellPresence(owner, 'live')
      } else if (this.presence.end(owner)) {
        this.#tellPresence(owner, 'stale')
      }
      if (change.meta.isOwn) onOwnChange(change)
    }
  }

  #tellPresence(owner: string, type: 'live' | 'stale'): void {
    if (this.whileOnline.has(owner)) this.#init.feed.tell(() => this.#presenceEvents(owner, type))
  }

  async *#presenceEvents(owner: string, type: 'live' | 'stale'): AsyncGenerator<OfferEvent> {
    for (const { key } of this.whileOnline.keys(owner)) {
      // they left, or came back, meanwhile: that is told after this
      if (this.isOnline(owner) !== (type === 'live')) return
      const held = await this.#init.offers.get(fromHex(key, 32)!)
      if (held === undefined || !isLive(held.meta, this.#init.clock.now())) continue
      yield { ...this.#refOf(held.meta), type, offer: this.#init.views().offerOf(held.entry.record) }
    }
  }

  async *#read(type: 'added' | 'updated', ref: OfferRef): AsyncGenerator<OfferEvent> {
    const held = await this.#init.offers.get(fromHex(ref.key, 32)!)
    if (held === undefined || !isLive(held.meta, this.#init.clock.now())) return
    yield { ...ref, type, offer: this.#init.views().offerOf(held.entry.record) }
  }

  #refOf(meta: EntryMeta): OfferRef {
    const { market, owner } = readGroup(meta.group)
    return { key: toHex(meta.key), market, owner: this.#init.views().peerOf(owner) }
  }
}

function ownerOfLease({ group }: EntryMeta): string {
  return group.slice(PRESENCE_SPACE.length + 1)
}

function* pages(replica: Replica<RecordEntry>, query: Omit<ScanQuery, 'limit' | 'after'>): Generator<EntryMeta> {
  let after: Cursor | undefined
  do {
    const page = replica.scan({ ...query, after, limit: PAGE })
    yield* page.metas
    after = page.next
  } while (after !== undefined)
}
