import { random } from '@stoa/testkit'
import { contents, inconsistencies, joined, placed, toyEntry, toyStamp } from '@stoa/testkit/simulation'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EntrySet } from './entry-set.ts'
import { freeRank, placeOf, sizeClassOf } from './place.ts'
import type { ToyEntry } from '@stoa/testkit/simulation'
import type { EntrySetOptions } from './entry-set-options.ts'
import type { Change } from './change.ts'
import type { EntryMeta, Stamp, Verified } from './entry.ts'

const START = 1_800_000_000_000
const AMPLE = 2 ** 30

type Options = Pick<EntrySetOptions, 'maxPerGroup' | 'budgetBytes' | 'pricing' | 'floorRank'>

interface Arrival {
  readonly entry: Verified<ToyEntry>
  readonly stamp: Stamp | undefined
}

function setOf(options: Partial<Options> = {}): EntrySet {
  return new EntrySet({
    maxPerGroup: 1_000,
    maxTtlMs: 1_000_000,
    budgetBytes: AMPLE,
    maxClockSkewMs: 120_000,
    pricing: 'open',
    keyBurst: 1_000,
    keyIntervalMs: 1,
    maxForgotten: 100,
    forgottenMs: 10,
    salt: { first: 3, second: 5, third: 7 },
    ...options,
  })
}

/** Few keys, owners and versions, so that they meet. */
const wanted = fc.record({
  owner: fc.nat(2),
  name: fc.nat(3),
  seq: fc.nat(3),
  isFinal: fc.boolean(),
  variant: fc.nat(2),
  createdS: fc.nat(3),
  ttlS: fc.constantFrom(1, 20, 40, 80),
  extraS: fc.constantFrom(0, 0, 40),
  sizeBytes: fc.constantFrom(100, 300, 1_000, 3_000),
  stamp: fc.option(fc.record({ bits: fc.integer({ min: 1, max: 24 }), larger: fc.nat(2), longerS: fc.nat(50) })),
})
type Wanted = Omit<typeof wanted extends fc.Arbitrary<infer T> ? T : never, 'ttlS' | 'extraS' | 'sizeBytes'> & {
  ttlS: number
  extraS: number
  sizeBytes: number
}

function arrivalOf({ stamp, createdS, ttlS, extraS, variant, ...rest }: Wanted): Arrival {
  const createdMs = START + createdS * 1_000
  const expiresMs = createdMs + ttlS * 1_000
  const holdsMs = expiresMs + extraS * 1_000
  const uid = [variant, rest.isFinal ? 1 : 0, ttlS, extraS, rest.sizeBytes].reduce((sum, part) => sum * 4_001 + part, 0)
  const entry = toyEntry({ ...rest, uid, conduct: 'unruly', createdMs, expiresMs, holdsMs })
  return {
    entry: entry as Verified<ToyEntry>,
    stamp:
      stamp === null
        ? undefined
        : toyStamp({
            key: entry.key,
            sizeClass: sizeClassOf(rest.sizeBytes) + stamp.larger,
            fromMs: START,
            untilMs: holdsMs + stamp.longerS * 1_000,
            bits: stamp.bits,
            salt: 0,
          }),
  }
}

const wishes = fc.array(wanted, { minLength: 1, maxLength: 40 })
const room = fc.record({
  maxPerGroup: fc.constantFrom(1, 2, 3, 1_000),
  budgetBytes: fc.constantFrom(1_024, 5_000, 12_000, AMPLE),
  pricing: fc.constantFrom('open' as const, 'priced' as const),
})

function addAll(set: EntrySet, all: readonly Arrival[], nowMs: number): void {
  for (const { entry, stamp } of all) set.add(entry, stamp, nowMs)
}

function items(metas: Iterable<EntryMeta>): string[] {
  return Array.from(metas, meta => Buffer.from(meta.itemId).toString('hex')).sort()
}

/** What is held and has a place. */
function inside(set: EntrySet): string[] {
  const outside = new Set(items(set.outside))
  return items(contents(set)).filter(item => !outside.has(item))
}

/** Each gives all it has to the next, round and round, until nobody takes anything. */
function exchange(sets: readonly EntrySet[], entries: readonly Arrival[], nowMs: number): number {
  const byId = new Map(entries.map(({ entry }) => [Buffer.from(entry.id).toString('hex'), entry]))
  for (let round = 1; round <= 30; round++) {
    let hasChanged = false
    for (const from of sets) {
      for (const to of sets) {
        if (from === to) continue
        for (const meta of contents(from)) {
          const entry = byId.get(Buffer.from(meta.id).toString('hex'))!
          if (to.add(entry, meta.stamp, nowMs).changes.length > 0) hasChanged = true
        }
      }
    }
    if (!hasChanged) return round
  }
  throw new Error('30 rounds of exchange, and still changing')
}

describe('merging is a join', () => {
  /** As an owner makes them that keeps spec/replica.md §5: no version of a key ranks lower than an earlier one. */
  const steady = wishes.map(all =>
    all.map(one => ({ ...one, sizeBytes: 100 + 300 * one.name, ttlS: 20, extraS: 0, stamp: null })),
  )

  /** The same, with stamps: the later the version, the stronger. */
  const rising = steady.map(all =>
    all.map(one => ({
      ...one,
      createdS: 0,
      stamp: one.seq === 0 ? null : { bits: 4 * one.seq, larger: 0, longerS: 0 },
    })),
  )

  test('any order and duplication of arrivals gives the same set, which is what the plain rule says', () => {
    fc.assert(
      fc.property(steady, fc.constantFrom(1, 2, 3, 1_000), fc.nat(), (some, maxPerGroup, seed) => {
        const all = some.map(arrivalOf)
        const inOrder = setOf({ maxPerGroup })
        addAll(inOrder, all, START)
        const shuffled = setOf({ maxPerGroup })
        addAll(shuffled, random(seed).shuffle([...all, ...all]), START)
        expect(items(contents(shuffled))).toEqual(items(contents(inOrder)))
        const expected = joined(
          all.map(({ entry }) => entry),
          maxPerGroup,
          entry => freeRank(entry.bytes.length, entry.holdsMs - entry.createdMs),
        )
        expect(items(contents(inOrder))).toEqual(expected.map(entry => Buffer.from(entry.id).toString('hex')).sort())
      }),
      { numRuns: 500 },
    )
  })

  test('sets that got different arrivals end with the same entries and stamps once they have exchanged what they hold', () => {
    fc.assert(
      fc.property(fc.array(wishes, { minLength: 2, maxLength: 4 }), room, (wishesOfEach, limits) => {
        const parts = wishesOfEach.map(part => part.map(arrivalOf))
        const sets = parts.map(() => setOf(limits))
        for (const [index, part] of parts.entries()) addAll(sets[index]!, part, START)
        exchange(sets, parts.flat(), START)
        const [first, ...others] = sets.map(set => items(contents(set)))
        for (const other of others) expect(other).toEqual(first)
      }),
      { numRuns: 1_000 },
    )
  })

  test('an own entry has a place where it would have one with others: sets agree but for own entries without', () => {
    fc.assert(
      fc.property(fc.array(rising, { minLength: 2, maxLength: 3 }), room, fc.nat(), (wishesOfEach, limits, seed) => {
        const parts = wishesOfEach.map(part => part.map(arrivalOf))
        // an owner's node keeps to the quota, those without a place included
        const sets = parts.map(() => setOf({ ...limits, maxPerGroup: 1_000 }))
        const chance = random(seed)
        for (const [index, part] of parts.entries())
          for (const { entry, stamp } of part) sets[index]!.add(entry, stamp, START, { own: chance.chance(0.5) })
        exchange(sets, parts.flat(), START)
        const [first, ...others] = sets.map(inside)
        for (const other of others) expect(other).toEqual(first)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a set is what its entries say', () => {
  type Step =
    | { do: 'add'; wanted: Wanted; own: boolean }
    | { do: 'again'; from: number; own: boolean }
    | { do: 'wait'; ms: number }
    | { do: 'lose'; at: number }
    | { do: 'restart' }
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('add' as const), wanted, own: fc.boolean() }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('again' as const), from: fc.nat(1_000), own: fc.constant(false) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 30_000 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), at: fc.nat(1_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  )

  test('after every step, and whoever follows its changes has the same', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), room, (steps, limits) => {
        let set = setOf(limits)
        let nowMs = START
        const seen: Arrival[] = []
        const followed = new Map<string, EntryMeta>()
        const follow = (changes: readonly Change[]): void => {
          for (const change of changes) {
            const key = Buffer.from(change.meta.key).toString('hex')
            const before = followed.get(key)
            const said = change.type === 'put' ? change.previous : change.meta
            expect(said && items([said])).toEqual(before && items([before]))
            if (change.type === 'put') followed.set(key, change.meta)
            else if (change.type === 'drop') followed.delete(key)
          }
        }
        for (const next of steps) {
          if (next.do === 'add') {
            const { entry, stamp } = arrivalOf(next.wanted)
            seen.push({ entry, stamp })
            follow(set.add(entry, stamp, nowMs, { own: next.own }).changes)
          } else if (next.do === 'again') {
            const old = seen[next.from % (seen.length || 1)]
            if (old !== undefined) follow(set.add(old.entry, old.stamp, nowMs, { own: next.own }).changes)
          } else if (next.do === 'wait') {
            nowMs += next.ms
            follow(set.expire(nowMs))
          } else if (next.do === 'lose') {
            const lost = contents(set)[next.at % (set.size || 1)]
            if (lost !== undefined) {
              set.remove(lost.key, nowMs)
              followed.delete(Buffer.from(lost.key).toString('hex'))
            }
          } else {
            set = setOf(limits)
            const rows = [...followed.values()]
            for (const meta of rows.reverse()) {
              const changes = set.restore(meta, nowMs)
              follow(changes)
            }
          }
          expect(inconsistencies(set, limits, nowMs)).toEqual([])
          expect(items(contents(set, 3))).toEqual(items(followed.values()))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('what has a place is what greedy choice by rank would keep of it, and of all that was not own', () => {
    fc.assert(
      fc.property(wishes, room, (some, limits) => {
        const all = some.map(arrivalOf)
        const set = setOf(limits)
        addAll(set, all, START)
        const held = contents(set)
        expect(items(placed(held, limits))).toEqual(items(held))
      }),
      { numRuns: 500 },
    )
  })
})

describe('a floor', () => {
  const floors = fc.integer({ min: -32, max: -10 })
  const rankOf = ({ entry, stamp }: Arrival): number =>
    placeOf({ ...entry, sizeBytes: entry.bytes.byteLength }, stamp, undefined).rank

  test('nothing below it ever gets in, whoever’s it is and whatever is held, and who sends it is to blame', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wanted, own: fc.boolean() }), { maxLength: 40 }),
        room,
        floors,
        (some, limits, floorRank) => {
          const set = setOf({ ...limits, floorRank })
          for (const { wanted: one, own } of some) {
            const arrival = arrivalOf(one)
            const { verdict, changes } = set.add(arrival.entry, arrival.stamp, START, { own })
            expect(verdict === 'bad-stamp').toBe(rankOf(arrival) < floorRank)
            expect(verdict === 'bad-stamp' && changes.length > 0).toBe(false)
            for (const meta of contents(set))
              expect(placeOf(meta, meta.stamp, undefined).rank).toBeGreaterThanOrEqual(floorRank)
            expect(set.rankNeeded(300) ?? floorRank).toBeGreaterThanOrEqual(floorRank)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('it is a filter and no more: the rest is held as a set without one holds it', () => {
    fc.assert(
      fc.property(wishes, room, floors, (some, limits, floorRank) => {
        const all = some.map(arrivalOf)
        const floored = setOf({ ...limits, floorRank })
        addAll(floored, all, START)
        const plain = setOf(limits)
        addAll(
          plain,
          all.filter(arrival => rankOf(arrival) >= floorRank),
          START,
        )
        expect(items(contents(floored))).toEqual(items(contents(plain)))
      }),
      { numRuns: 500 },
    )
  })
})

describe('what broke once', () => {
  const plain = { isFinal: false, variant: 0, createdS: 0, ttlS: 1, extraS: 0, stamp: null }

  test('room that an entry’s own group frees for it counts: the order of arrival decided whether it fitted', () => {
    const limits = { maxPerGroup: 1, budgetBytes: 12_000, pricing: 'open' as const }
    const filler = { ...plain, owner: 0, name: 0, seq: 0, sizeBytes: 100 }
    const all = [
      { ...plain, owner: 1, name: 0, seq: 2, sizeBytes: 3_000 },
      { ...plain, owner: 1, name: 1, seq: 0, sizeBytes: 3_000, stamp: { bits: 2, larger: 1, longerS: 0 } },
      filler,
    ].map(arrivalOf)
    const sets = [setOf(limits), setOf(limits)]
    addAll(sets[0]!, [all[0]!, all[2]!], START)
    addAll(sets[1]!, [all[1]!, all[2]!], START)
    exchange(sets, all, START)
    expect(items(contents(sets[1]!))).toEqual(items(contents(sets[0]!)))
  })

  test('quotas and room go by one order: by two, nodes refused each other’s entries for ever', () => {
    const limits = { maxPerGroup: 2, budgetBytes: 1_024, pricing: 'open' as const }
    const late = [
      { ...plain, owner: 1, name: 2, seq: 2, ttlS: 20, sizeBytes: 100 },
      { ...plain, owner: 1, name: 0, seq: 3, sizeBytes: 100 },
    ].map(arrivalOf)
    const early = [
      { ...plain, owner: 1, name: 1, seq: 0, sizeBytes: 300, stamp: { bits: 3, larger: 1, longerS: 0 } },
    ].map(arrivalOf)
    const sets = [setOf(limits), setOf(limits)]
    addAll(sets[0]!, late, START)
    addAll(sets[1]!, early, START)
    exchange(sets, [...late, ...early], START)
    expect(items(contents(sets[1]!))).toEqual(items(contents(sets[0]!)))
  })

  test('an own entry takes the place that an eviction freed before lower ones do, as it does on other nodes', () => {
    const limits = { maxPerGroup: 1_000, budgetBytes: 4_608, pricing: 'open' as const }
    const [large, own, larger, low] = [
      { ...plain, owner: 0, name: 0, seq: 0, sizeBytes: 3_000, stamp: { bits: 10, larger: 0, longerS: 0 } },
      { ...plain, owner: 1, name: 0, seq: 0, sizeBytes: 1_000, stamp: { bits: 5, larger: 0, longerS: 0 } },
      { ...plain, owner: 0, name: 0, seq: 1, sizeBytes: 300, stamp: { bits: 20, larger: 0, longerS: 0 } },
      { ...plain, owner: 2, name: 0, seq: 0, sizeBytes: 3_000 },
    ].map(arrivalOf)
    const set = setOf(limits)
    addAll(set, [large!], START)
    set.add(own!.entry, own!.stamp, START, { own: true })
    expect(set.outside).toHaveLength(1)
    addAll(set, [larger!], START)
    expect(set.outside).toHaveLength(0)
    addAll(set, [low!], START)
    expect(items(contents(set))).toEqual(inside(set))
  })

  test('an own entry that a strong stamp for more room leaves without a place takes the weaker one that others hold it by', () => {
    const limits = { maxPerGroup: 1_000, budgetBytes: 1_100, pricing: 'open' as const }
    const own = { ...plain, owner: 1, name: 0, seq: 0, sizeBytes: 300 }
    const strong = arrivalOf({ ...own, stamp: { bits: 10, larger: 1, longerS: 0 } })
    const weak = arrivalOf({ ...own, stamp: { bits: 2, larger: 0, longerS: 0 } })
    const high = arrivalOf({
      ...plain,
      owner: 2,
      name: 0,
      seq: 0,
      sizeBytes: 300,
      stamp: { bits: 20, larger: 0, longerS: 0 },
    })
    const set = setOf(limits)
    set.add(strong.entry, strong.stamp, START, { own: true })
    addAll(set, [high], START)
    expect(set.outside).toHaveLength(1)
    expect(set.add(weak.entry, weak.stamp, START).verdict).toBe('restamped')
    expect(set.outside).toHaveLength(0)
  })
})
