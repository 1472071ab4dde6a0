import { random } from '@stoa/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entryOf, meet, ModelSet } from './sync-model.ts'
import type { Random } from '@stoa/testkit'
import type { SessionOptions } from '../src/core/sync-limits.ts'
import type { Meeting } from './sync-model.ts'

/** Two sets that share `common` entries. */
function twoSets(source: Random, common: number, onlyA: number, onlyB: number): [ModelSet, ModelSet] {
  const [a, b] = [new ModelSet(), new ModelSet()]
  for (let i = 0; i < common; i++) {
    const entry = entryOf(source)
    a.add(entry)
    b.add(entry)
  }
  for (let i = 0; i < onlyA; i++) a.add(entryOf(source))
  for (let i = 0; i < onlyB; i++) b.add(entryOf(source))
  return [a, b]
}

describe('one session', () => {
  test.each([
    [0, 0, 0],
    [50, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [0, 3_000, 0],
    [0, 0, 3_000],
    [2_000, 100, 100],
    [100, 2_000, 2_500],
  ])('makes sets equal that share %i entries and have %i and %i of their own', (common, onlyA, onlyB) => {
    const source = random(`session ${common} ${onlyA} ${onlyB}`)
    const [a, b] = twoSets(source, common, onlyA, onlyB)
    const { initiator, responder } = meet(a, b, { random: source })

    expect(a.keys).toEqual(b.keys)
    expect(initiator).toMatchObject({ outcome: 'done', received: onlyB, sent: onlyA })
    expect(responder).toMatchObject({ outcome: 'done', received: onlyA, sent: onlyB })
    expect(a.ingested + b.ingested).toBe(onlyA + onlyB)
    expect([a.claims.size, b.claims.size]).toEqual([0, 0])
  })

  test('of equal sets takes one round and less than 1 KB', () => {
    const source = random('equal')
    const [a, b] = twoSets(source, 10_000, 0, 0)
    const { initiator, bytesIn, bytesOut } = meet(a, b, { random: source })

    expect(initiator).toMatchObject({ outcome: 'done', rounds: 1 })
    expect(bytesIn + bytesOut).toBeLessThan(1_000)
  })
})

/** Small enough that every limit is met. */
const TIGHT: Partial<SessionOptions> = {
  maxRounds: 5,
  maxSessionBytes: 20_000,
  batchBytes: 700,
  maxQueuedIds: 16,
  windowBytes: 3_000,
  maxPendingEntries: 4,
  maxPendingBytes: 2_000,
  maxOffers: 20,
}

/** Sessions from either side until one has nothing left to do. */
function converge(a: ModelSet, b: ModelSet, source: Random, options: Partial<SessionOptions>): number {
  for (let sessions = 1; sessions <= 100; sessions++) {
    const [one, other] = source.chance(0.5) ? [a, b] : [b, a]
    const { initiator, responder } = meet(one, other, { random: source, options })
    expect(['done', 'partial']).toContain(initiator.outcome)
    expect(['done', 'partial']).toContain(responder.outcome)
    if (initiator.outcome === 'done') return sessions
  }
  throw new Error('a hundred sessions are not enough')
}

describe('sessions', () => {
  const sizes = fc.record({
    common: fc.integer({ min: 0, max: 300 }),
    onlyA: fc.integer({ min: 0, max: 200 }),
    onlyB: fc.integer({ min: 0, max: 200 }),
    tight: fc.boolean(),
    seed: fc.integer(),
  })

  test('of which any may break at any point, while both sets change, end in equal sets', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 3 }), (init, breaks) => {
        const source = random(init.seed)
        const options = init.tight ? TIGHT : {}
        const [a, b] = twoSets(source, init.common, init.onlyA, init.onlyB)
        const change = (): void => {
          const set = source.pick([a, b])
          if (source.chance(0.3) && set.entries.size > 0) set.remove(source.pick(set.keys))
          else set.add(entryOf(source))
        }
        for (const breakAt of breaks) {
          const { initiator, responder } = meet(a, b, {
            random: source,
            options,
            meddle: step => {
              if (step === breakAt) return 'break'
              if (source.chance(0.1)) change()
            },
          })
          for (const report of [initiator, responder]) expect(report.outcome).not.toBe('lied')
        }
        converge(a, b, source, options)

        expect(a.keys).toEqual(b.keys)
        expect([a.claims.size, b.claims.size]).toEqual([0, 0])
      }),
      { numRuns: 60 },
    )
  })

  test('that come to a limit go on where they were: nothing is transferred twice', () => {
    fc.assert(
      fc.property(sizes, init => {
        const source = random(init.seed)
        const [a, b] = twoSets(source, init.common, init.onlyA, init.onlyB)
        converge(a, b, source, TIGHT)

        expect(a.keys).toEqual(b.keys)
        expect(a.ingested + b.ingested).toBe(init.onlyA + init.onlyB)
      }),
      { numRuns: 30 },
    )
  })
})

describe('the limits of a session', () => {
  test('hold: it hands over no more to be judged, and goes on when it is judged', () => {
    const source = random('pending')
    const [a, b] = twoSets(source, 0, 0, 500)
    let most = 0
    let pending = 0
    const ingest = a.ingest.bind(a)
    a.ingest = arrivals => {
      pending += arrivals.length
      most = Math.max(most, pending)
      pending -= arrivals.length
      return ingest(arrivals)
    }
    const { initiator } = meet(a, b, { random: source, options: { maxPendingEntries: 10, batchBytes: 2_000 } })

    expect(initiator).toMatchObject({ outcome: 'done', received: 500 })
    expect(most).toBeLessThan(20)
  })

  test('are those of bytes: the rest is left to the next session', () => {
    const source = random('bytes')
    const [a, b] = twoSets(source, 0, 0, 5_000)
    const { initiator } = meet(a, b, { random: source, options: { maxSessionBytes: 500_000 } })

    expect(initiator).toMatchObject({ outcome: 'partial', reason: 'limit' })
    // what was asked for by then still comes
    expect(initiator.bytesIn).toBeLessThan(2_000_000)
    expect(initiator.received).toBeGreaterThan(300)
  })

  test('end one that brings nothing of use', () => {
    const source = random('fruitless')
    const [a, b] = twoSets(source, 10, 0, 3_000)
    a.refuses = () => true
    const { initiator } = meet(a, b, { random: source, options: { maxFruitless: 500, windowBytes: 50_000 } })

    expect(initiator).toMatchObject({ outcome: 'failed', reason: 'fruitless', received: 0 })
    expect(a.ingested).toBeLessThan(3_000)
    // and what was refused is not fetched again
    const before = a.ingested
    meet(a, b, { random: source })
    expect(a.ingested).toBe(3_000)
    expect(before).toBeGreaterThanOrEqual(500)
  })

  test('and two of one set at once share the work', () => {
    const source = random('two')
    const [a, b] = twoSets(source, 0, 0, 1_000)
    const c = new ModelSet()
    for (const { bytes } of b.entries.values()) c.add(bytes)
    let other: Meeting | undefined
    const { initiator } = meet(a, b, {
      random: source,
      // in the middle of one session another one runs, to its end
      meddle: step => {
        if (step === 20) other = meet(a, c, { random: source })
      },
    })

    expect(initiator.received + other!.initiator.received).toBe(1_000)
    expect(a.ingested).toBe(1_000)
    expect(a.claims.size).toBe(0)
  })

  test('a node that can take nothing serves what it has, and asks for no more', () => {
    const source = random('shut')
    const [a, b] = twoSets(source, 100, 100, 500)
    a.ingest = arrivals => arrivals.map(() => undefined)
    const asking = meet(a, b, { random: source, options: { batchBytes: 2_000, windowBytes: 2_000 } })
    expect(asking.initiator).toMatchObject({ outcome: 'failed', reason: 'shut', received: 0 })
    expect(asking.initiator.delivered).toBeLessThan(500)

    const answering = meet(b, a, { random: source })
    expect(answering.initiator).toMatchObject({ outcome: 'done', received: 100 })
    expect(answering.responder.received).toBe(0)
  })

  test('an older version that the peer still has is not fetched, when it was replaced meanwhile', () => {
    const source = random('replaced')
    const [a, b] = twoSets(source, 100, 50, 50)
    const older = a.keys.filter(key => !b.entries.has(key))
    // the newer versions come from b, and with them the older ones leave
    const ingest = a.ingest.bind(a)
    a.ingest = arrivals => {
      for (const key of older) a.remove(key)
      return ingest(arrivals)
    }
    const { initiator } = meet(a, b, { random: source })

    expect(initiator).toMatchObject({ outcome: 'done', received: 50, sent: 0 })
  })
})
