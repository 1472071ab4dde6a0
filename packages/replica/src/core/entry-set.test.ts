import { describe, expect, test } from 'vitest'
import { EntrySet } from './entry-set.ts'
import { itemIdOf } from './item-id.ts'
import { freeRank } from './place.ts'
import type { EntrySetOptions } from './entry-set-options.ts'
import type { Entry, Stamp, Verified } from './entry.ts'

const NOW = 1_700_000_000_000
const DAY_MS = 86_400_000
const KIB = 1024

function emptySet(options: Partial<EntrySetOptions> = {}): EntrySet {
  return new EntrySet({
    maxPerGroup: 100,
    maxTtlMs: 30 * DAY_MS,
    budgetBytes: 1_048_576,
    maxClockSkewMs: 120_000,
    pricing: 'priced',
    keyBurst: 3,
    keyIntervalMs: 10_000,
    maxForgotten: 1_000,
    forgottenMs: 60_000,
    salt: { first: 0x9e37_79b1, second: 0x85eb_ca6b, third: 0xc2b2_ae35 },
    ...options,
  })
}

interface Wanted {
  key: number
  id?: number
  seq?: number
  group?: string
  isFinal?: boolean
  createdMs?: number
  ttlMs?: number
  holdsMs?: number
  sizeBytes?: number
  mark?: number
}

function bytes32(value: number): Uint8Array {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

let lastId = 0

function entry(wanted: Wanted): Verified {
  const createdMs = wanted.createdMs ?? NOW
  const expiresMs = createdMs + (wanted.ttlMs ?? DAY_MS)
  const value: Entry = {
    bytes: new Uint8Array(wanted.sizeBytes ?? 900),
    id: bytes32(wanted.id ?? ++lastId + 1_000_000),
    key: bytes32(wanted.key),
    group: wanted.group ?? 'g',
    seq: wanted.seq ?? 1,
    isFinal: wanted.isFinal ?? false,
    createdMs,
    expiresMs,
    holdsMs: wanted.holdsMs ?? expiresMs,
    mark: wanted.mark ?? 0,
  }
  return value as Verified
}

function stamp(bits: number, init: Partial<Stamp> & { hashStart?: number } = {}): Stamp {
  return {
    sizeClass: 10,
    fromMs: NOW,
    untilMs: NOW + DAY_MS,
    nonce: new Uint8Array(8),
    hash: bytes32(init.hashStart ?? 7),
    bits,
    ...init,
  }
}

function keys(set: EntrySet): number[] {
  const { metas } = set.scan({ limit: 10_000 })
  return metas.map(meta => new DataView(meta.key.buffer).getUint32(0)).sort((a, b) => a - b)
}

describe('one version of each key', () => {
  test('the higher seq replaces the lower, and the lower is superseded', () => {
    const set = emptySet()
    expect(set.add(entry({ key: 1, seq: 1 }), undefined, NOW).verdict).toBe('new')
    const { verdict, changes } = set.add(entry({ key: 1, seq: 2 }), undefined, NOW)
    expect(verdict).toBe('newer')
    expect(changes).toMatchObject([{ type: 'put', meta: { seq: 2 }, previous: { seq: 1 } }])
    expect(set.add(entry({ key: 1, seq: 1 }), undefined, NOW).verdict).toBe('superseded')
    expect(set.size).toBe(1)
    expect(set.tree.size).toBe(1)
  })

  test('a removal that arrives first keeps what it removes from ever appearing', () => {
    const set = emptySet()
    set.add(entry({ key: 1, seq: 2, isFinal: true }), undefined, NOW)
    expect(set.add(entry({ key: 1, seq: 1 }), undefined, NOW).verdict).toBe('superseded')
    expect(set.liveCount).toBe(0)
    expect(set.size).toBe(1)
  })

  test('of two versions with one seq a removal wins, then the higher id', () => {
    const set = emptySet()
    set.add(entry({ key: 1, id: 5 }), undefined, NOW)
    expect(set.consider(entry({ key: 1, id: 4 }), undefined, NOW)).toBe('superseded')
    expect(set.consider(entry({ key: 1, id: 6 }), undefined, NOW)).toBe('newer')
    expect(set.consider(entry({ key: 1, id: 1, isFinal: true }), undefined, NOW)).toBe('newer')
  })

  test('others may not replace a key as fast as they like, its owner may', () => {
    const set = emptySet()
    for (let seq = 1; seq <= 4; seq++) {
      expect(set.add(entry({ key: 1, seq }), undefined, NOW).verdict).toBe(seq === 1 ? 'new' : 'newer')
    }
    expect(set.add(entry({ key: 1, seq: 5 }), undefined, NOW).verdict).toBe('too-often')
    expect(set.add(entry({ key: 1, seq: 6 }), undefined, NOW + 10_000).verdict).toBe('newer')
    expect(set.add(entry({ key: 1, seq: 7 }), undefined, NOW + 10_000, { own: true }).verdict).toBe('newer')
  })
})

describe('time', () => {
  test('what comes from too far ahead is refused without blame, what is over is ignored', () => {
    const set = emptySet()
    expect(set.consider(entry({ key: 1, createdMs: NOW + 120_001 }), undefined, NOW)).toBe('future')
    expect(set.consider(entry({ key: 1, createdMs: NOW + 120_000 }), undefined, NOW)).toBe('new')
    expect(set.consider(entry({ key: 1, createdMs: NOW - DAY_MS }), undefined, NOW)).toBe('expired')
    expect(set.consider(entry({ key: 1, ttlMs: 31 * DAY_MS }), undefined, NOW)).toBe('malformed')
  })

  test('an entry lapses when it expires and is dropped when nothing needs it any more', () => {
    const set = emptySet()
    set.add(entry({ key: 1, ttlMs: 1_000, holdsMs: NOW + 5_000 }), undefined, NOW)
    set.add(entry({ key: 2, ttlMs: 3_000 }), undefined, NOW)
    expect(set.nextWakeMs()).toBe(NOW + 1_000)
    expect(set.expire(NOW + 999)).toEqual([])
    expect(set.expire(NOW + 1_000)).toMatchObject([{ type: 'lapse' }])
    expect(set.liveCount).toBe(1)
    expect([...set.groups()]).toEqual([{ group: 'g', total: 2, live: 1 }])
    expect(set.expire(NOW + 3_000)).toMatchObject([{ type: 'lapse' }, { type: 'drop', reason: 'expired' }])
    expect(set.nextWakeMs()).toBe(NOW + 5_000)
    expect(set.expire(NOW + 5_000)).toMatchObject([{ type: 'drop', reason: 'expired' }])
    expect([set.size, set.liveCount, set.chargedBytes]).toEqual([0, 0, 0])
    expect([...set.groups()]).toEqual([])
  })

  test('what was dropped is not fetched again for a while', () => {
    const set = emptySet()
    const short = entry({ key: 1, ttlMs: 1_000 })
    expect(set.wants(short.id, NOW)).toBe(true)
    set.add(short, undefined, NOW)
    expect(set.wants(short.id, NOW)).toBe(false)
    set.expire(NOW + 1_000)
    expect(set.wants(short.id, NOW + 1_000)).toBe(false)
    expect(set.wants(short.id, NOW + 200_000)).toBe(true)
  })
})

describe('quota', () => {
  test('a group keeps its latest versions, and what was too old stays out', () => {
    const set = emptySet({ maxPerGroup: 3 })
    for (const key of [1, 2, 3]) set.add(entry({ key, seq: key * 10 }), undefined, NOW)
    expect(set.consider(entry({ key: 9, seq: 5 }), undefined, NOW)).toBe('over-quota')
    expect(set.consider(entry({ key: 9, seq: 5, group: 'other' }), undefined, NOW)).toBe('new')
    const { changes } = set.add(entry({ key: 4, seq: 25 }), undefined, NOW)
    expect(changes).toMatchObject([{ type: 'put' }, { type: 'drop', reason: 'over-quota', meta: { seq: 10 } }])
    expect(keys(set)).toEqual([2, 3, 4])
  })

  test('a removal with the seq of what it removes ranks above it', () => {
    const set = emptySet({ maxPerGroup: 2 })
    set.add(entry({ key: 1, id: 0xffff_ffff, seq: 5 }), undefined, NOW)
    set.add(entry({ key: 1, id: 1, seq: 5, isFinal: true }), undefined, NOW)
    set.add(entry({ key: 2, id: 9, seq: 5 }), undefined, NOW)
    set.add(entry({ key: 3, id: 8, seq: 5 }), undefined, NOW)
    // the removal stays: were it dropped, the first could come back
    expect(keys(set)).toEqual([1, 2])
  })
})

describe('budget', () => {
  test('half of it is free, and then a stamp is needed', () => {
    const set = emptySet({ budgetBytes: 10 * KIB })
    for (let key = 1; key <= 5; key++) {
      expect(set.rankNeeded(1_000)).toBeLessThan(freeRank(1_000, DAY_MS))
      expect(set.add(entry({ key, seq: 10 - key }), undefined, NOW).verdict).toBe('new')
    }
    // one that is older than all has no room; a later one takes the place of the earliest
    expect(set.consider(entry({ key: 6, seq: 1 }), undefined, NOW)).toBe('no-room')
    expect(set.add(entry({ key: 7, seq: 11 }), undefined, NOW).changes).toMatchObject([
      { type: 'put' },
      { type: 'drop', reason: 'no-room', meta: { seq: 5 } },
    ])
    // one bit more than nothing, and none of the same rank can take it away
    expect(set.rankNeeded(1_000)).toBe(freeRank(1_000, DAY_MS) + 1)
    // 16 bits for 1 KiB for a day open a tenth more, 20 all of it
    expect(set.add(entry({ key: 8, seq: 1 }), stamp(16), NOW).changes).toHaveLength(1)
    expect(set.add(entry({ key: 9, seq: 1 }), stamp(16), NOW).changes).toHaveLength(2)
    for (let key = 10; key < 14; key++) {
      expect(set.add(entry({ key, seq: 1 }), stamp(20), NOW).changes).toHaveLength(1)
    }
    expect(set.chargedBytes).toBe(10 * KIB)
    expect(set.add(entry({ key: 14, seq: 1 }), stamp(20), NOW).changes).toHaveLength(2)
    expect(set.chargedBytes).toBe(10 * KIB)
  })

  test('it is never exceeded, and what it costs tells what would get in', () => {
    const set = emptySet({ budgetBytes: 8 * KIB })
    for (let key = 1; key <= 100; key++) set.add(entry({ key, seq: key }), stamp(key % 30), NOW)
    expect(set.chargedBytes).toBeGreaterThan(4 * KIB)
    expect(set.chargedBytes).toBeLessThanOrEqual(8 * KIB)
    const needed = set.rankNeeded(1_000)!
    const bits = (rank: number): number => rank - freeRank(1_000, DAY_MS)
    expect(set.consider(entry({ key: 200, seq: 0 }), stamp(bits(needed)), NOW)).toBe('new')
    expect(set.consider(entry({ key: 200, seq: 0 }), stamp(bits(needed) - 1), NOW)).toBe('no-room')
  })

  test('a stamp covers later versions of its key, and moves with them', () => {
    const set = emptySet()
    const first = stamp(12)
    set.add(entry({ key: 1, seq: 1 }), first, NOW)
    const update = entry({ key: 1, seq: 2 })
    set.add(update, undefined, NOW)
    expect(set.get(update.key)).toMatchObject({ seq: 2, stamp: first, itemId: itemIdOf(update.id, first) })
    // larger than the stamp allows
    const larger = entry({ key: 1, seq: 3, sizeBytes: 2_000 })
    expect(set.consider(larger, first, NOW)).toBe('bad-stamp')
    set.add(larger, undefined, NOW)
    expect(set.get(larger.key)?.stamp).toBeUndefined()
  })

  test('the stronger of two stamps is kept, and each is an item of its own', () => {
    const set = emptySet()
    const offer = entry({ key: 1 })
    set.add(offer, stamp(12, { hashStart: 12 }), NOW)
    expect(set.add(offer, stamp(11, { hashStart: 11 }), NOW).verdict).toBe('known')
    expect(set.add(offer, stamp(12, { hashStart: 12 }), NOW).verdict).toBe('known')
    expect(set.add(offer, stamp(12, { hashStart: 9 }), NOW).verdict).toBe('restamped')
    expect(set.add(offer, stamp(14, { hashStart: 14 }), NOW).verdict).toBe('restamped')
    expect([set.size, set.tree.size]).toEqual([1, 1])
    // the weaker one was looked at, and need not be fetched again
    expect(set.wants(itemIdOf(offer.id, stamp(11, { hashStart: 11 })), NOW)).toBe(false)
  })

  test('an own entry without a place is kept, and takes one when there is room', () => {
    const set = emptySet({ budgetBytes: 4 * KIB })
    set.add(entry({ key: 1, seq: 1 }), undefined, NOW, { own: true })
    set.add(entry({ key: 2, seq: 2, ttlMs: 1_000 }), undefined, NOW)
    set.add(entry({ key: 3, seq: 3, ttlMs: 1_000 }), undefined, NOW)
    expect(set.outside).toMatchObject([{ seq: 1, isOwn: true }])
    expect(keys(set)).toEqual([1, 2, 3])
    expect(set.chargedBytes).toBe(2 * KIB)
    set.expire(NOW + 1_000)
    expect(set.outside).toEqual([])
    expect(set.chargedBytes).toBe(KIB)
  })
})

describe('pages', () => {
  test('go through all that matches, in order of creation, either way', () => {
    const set = emptySet({ maxPerGroup: 1_000 })
    for (let key = 0; key < 500; key++) {
      set.add(
        entry({ key, createdMs: NOW - (key % 50), group: key % 2 === 0 ? 'even' : 'odd', mark: key % 3 }),
        undefined,
        NOW,
      )
    }
    const expected = Array.from({ length: 500 }, (_, key) => key).filter(key => key % 2 === 1 && key % 3 === 1).length
    for (const reverse of [false, true]) {
      const seen = []
      let after
      do {
        const page = set.scan({
          group: group => group === 'odd',
          mark: mark => mark === 1,
          live: true,
          after,
          reverse,
          limit: 7,
        })
        seen.push(...page.metas)
        after = page.next
      } while (after !== undefined)
      expect(seen).toHaveLength(expected)
      const created = seen.map(meta => meta.createdMs)
      expect(created).toEqual(created.toSorted((a, b) => (reverse ? b - a : a - b)))
      expect(new Set(seen.map(meta => meta.itemId.join())).size).toBe(expected)
    }
  })
})

test('what comes back from the store is held without being looked at again, unless its time is over', () => {
  const set = emptySet()
  const source = emptySet()
  source.add(entry({ key: 1, ttlMs: 1_000, holdsMs: NOW + 5_000 }), stamp(12), NOW, { own: true })
  source.add(entry({ key: 2, ttlMs: 1_000 }), undefined, NOW)
  const { metas } = source.scan({ limit: 10 })
  const changes = metas.flatMap(meta => set.restore(meta, NOW + 2_000))
  expect(changes).toMatchObject([{ type: 'drop', reason: 'expired' }])
  expect(set.scan({ limit: 10 }).metas).toEqual(metas.filter(meta => meta.isOwn))
  expect(set.liveCount).toBe(0)
})
