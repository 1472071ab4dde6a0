import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayHaveEarlier, nextVersion } from './own-version.ts'
import type { OwnVersion } from './own-version.ts'

const DAY_MS = 86_400_000
const maxTtlMs = 30 * DAY_MS
const nowMs = 1_800_000_000_000

test('the first version of a new name is held until it expires', () => {
  expect(nextVersion({ known: undefined, nowMs, ttlMs: DAY_MS, maxTtlMs, mayHaveEarlier: false })).toEqual({
    seq: nowMs,
    createdMs: nowMs,
    expiresMs: nowMs + DAY_MS,
    holdsMs: nowMs + DAY_MS,
  })
})

test('the first version of a name that may have been used is held as long as any could last', () => {
  const version = nextVersion({ known: undefined, nowMs, ttlMs: DAY_MS, maxTtlMs, mayHaveEarlier: true })
  expect(version).toMatchObject({ expiresMs: nowMs + DAY_MS, holdsMs: nowMs + maxTtlMs })
})

test('a removal lasts as long as what it removes', () => {
  const known = { seq: nowMs + 5, createdMs: nowMs - 1_000, holdsMs: nowMs + DAY_MS }
  expect(nextVersion({ known, nowMs, ttlMs: undefined, maxTtlMs, mayHaveEarlier: false })).toEqual({
    seq: nowMs + 6,
    createdMs: nowMs,
    expiresMs: nowMs + DAY_MS,
    holdsMs: nowMs + DAY_MS,
  })
})

test('in any chain of versions each replaces and outlives those before it, within the longest life', () => {
  const writes = fc.array(
    fc.record({
      // clocks also go back
      stepMs: fc.integer({ min: -100_000, max: 3 * DAY_MS }),
      ttlMs: fc.option(fc.integer({ min: 1, max: maxTtlMs }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  fc.assert(
    fc.property(writes, fc.boolean(), (chain, earlier) => {
      let known: OwnVersion | undefined
      let clockMs = nowMs
      for (const { stepMs, ttlMs } of chain) {
        clockMs += stepMs
        const next = nextVersion({ known, nowMs: clockMs, ttlMs, maxTtlMs, mayHaveEarlier: earlier })
        expect(next.createdMs).toBeLessThanOrEqual(next.expiresMs)
        expect(next.expiresMs).toBeLessThanOrEqual(next.holdsMs)
        expect(next.holdsMs - next.createdMs).toBeLessThanOrEqual(maxTtlMs)
        expect(next.seq).toBeGreaterThan(known?.seq ?? 0)
        expect(next.holdsMs).toBeGreaterThanOrEqual(known?.holdsMs ?? 0)
        known = next
      }
    }),
  )
})

test('a store knows all names of its identity after the longest life, or at once when the identity is new', () => {
  expect(mayHaveEarlier(nowMs, nowMs, maxTtlMs)).toBe(true)
  expect(mayHaveEarlier(nowMs, nowMs + maxTtlMs, maxTtlMs)).toBe(false)
  expect(mayHaveEarlier(0, nowMs, maxTtlMs)).toBe(false)
  // others publish with it
  expect(mayHaveEarlier(undefined, nowMs + maxTtlMs, maxTtlMs)).toBe(true)
})
