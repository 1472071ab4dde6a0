import { readFileSync } from 'node:fs'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import { checkStamp } from '../stamp.ts'
import { EntrySet } from './entry-set.ts'
import { capacity, covers, placeOf, sizeClassOf, stampRank, timeClassOf } from './place.ts'
import type { EntrySetOptions } from './entry-set-options.ts'
import type { Stamp, Verified } from './entry.ts'
import type { Extent } from './place.ts'

interface RawStamp {
  description: string
  key: string
  sizeClass: number
  fromMs: number
  untilMs: number
  nonce: string
}

interface RawEntry {
  name: string
  id: string
  key: string
  group: string
  seq: number
  final: boolean
  bytes: number
  createdMs: number
  expiresMs: number
  holdsMs: number
}

interface Valid {
  sizeClasses: Array<{ bytes: number; sizeClass: number }>
  timeClasses: Array<{ ms: number; timeClass: number }>
  capacities: Array<{ budgetBytes: number; rank: number; bytes: number }>
  stamps: Array<RawStamp & { hash: string; bits: number; rank: number }>
  coverage: Array<Extent & { description: string; stamp: number; covers: boolean }>
  places: Array<Extent & { description: string; stamps: number[]; charge: number; rank: number; uses: number | null }>
  nowMs: number
  sets: Array<{ description: string; params: Partial<EntrySetOptions>; entries: RawEntry[]; held: string[] }>
}

interface Invalid {
  stamps: Array<RawStamp & { reason: string }>
  nowMs: number
  entries: Array<RawEntry & { description: string; verdict: string }>
}

const DEFAULTS: EntrySetOptions = {
  maxPerGroup: 100_000,
  maxTtlMs: 2_592_000_000,
  budgetBytes: 268_435_456,
  maxClockSkewMs: 120_000,
  pricing: 'priced',
  keyBurst: 16,
  keyIntervalMs: 10_000,
  maxForgotten: 100,
  forgottenMs: 60_000,
  salt: { first: 1, second: 3, third: 5 },
}

const valid = vectors<Valid>('valid')
const invalid = vectors<Invalid>('invalid')
const stamps = valid.stamps.map(read)

describe('what every implementation agrees on', () => {
  test.each(valid.sizeClasses)('$bytes bytes are of size class $sizeClass', ({ bytes, sizeClass }) => {
    expect(sizeClassOf(bytes)).toBe(sizeClass)
  })

  test.each(valid.timeClasses)('$ms ms are of time class $timeClass', ({ ms, timeClass }) => {
    expect(timeClassOf(ms)).toBe(timeClass)
  })

  test.each(valid.capacities)('of $budgetBytes bytes, rank $rank may take $bytes', ({ budgetBytes, rank, bytes }) => {
    expect(capacity(budgetBytes, rank, 'priced')).toBe(bytes)
    expect(capacity(budgetBytes, rank, 'open')).toBe(budgetBytes)
  })

  test.each(valid.stamps)('stamp: $description', raw => {
    const stamp = read(raw)
    expect({ hash: toString(stamp.hash, 'hex'), bits: stamp.bits, rank: stampRank(stamp) }).toEqual({
      hash: raw.hash,
      bits: raw.bits,
      rank: raw.rank,
    })
  })

  test.each(valid.coverage)('a stamp and an entry: $description', ({ stamp, covers: expected, ...extent }) => {
    expect(covers(stamps[stamp]!, extent)).toBe(expected)
  })

  test.each(valid.places)('place: $description', ({ stamps: [first, second], charge, rank, uses, ...extent }) => {
    const place = placeOf(
      extent,
      first === undefined ? undefined : stamps[first],
      second === undefined ? undefined : stamps[second],
    )
    expect(place).toEqual({ chargeBytes: charge, rank, stamp: uses === null ? undefined : stamps[uses] })
  })

  test.each(valid.sets)('set: $description', ({ params, entries, held }) => {
    for (const order of [entries, entries.toReversed()]) {
      const set = new EntrySet({ ...DEFAULTS, ...params })
      for (const raw of [...order, ...order]) set.add(entry(raw), undefined, valid.nowMs)
      const ids = set.scan({ limit: 100 }).metas.map(meta => toString(meta.id, 'hex'))
      expect(ids.map(id => entries.find(raw => raw.id === id)!.name).toSorted()).toEqual(held)
    }
  })
})

describe('what every implementation refuses', () => {
  test.each(invalid.stamps)('stamp: $description', raw => {
    expect(() => read(raw)).toThrow(expect.objectContaining({ name: 'StampError' }))
  })

  test.each(invalid.entries)('entry: $description', ({ verdict, ...raw }) => {
    expect(new EntrySet(DEFAULTS).add(entry(raw), undefined, invalid.nowMs)).toEqual({ verdict, changes: [] })
  })
})

function read({ key, nonce, ...raw }: RawStamp): Stamp {
  return checkStamp(fromString(key, 'hex'), { ...raw, nonce: fromString(nonce, 'hex') })
}

function entry(raw: RawEntry): Verified {
  return {
    ...raw,
    bytes: new Uint8Array(raw.bytes),
    id: fromString(raw.id, 'hex'),
    key: fromString(raw.key, 'hex'),
    isFinal: raw.final,
    mark: 0,
  } as unknown as Verified
}

function vectors<T>(kind: string): T {
  return JSON.parse(readFileSync(new URL(`../../../../spec/vectors/place-${kind}.json`, import.meta.url), 'utf8')) as T
}
