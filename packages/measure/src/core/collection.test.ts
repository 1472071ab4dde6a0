import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Collection } from './collection.ts'
import { arrivalsOf } from './runs.ts'
import type { AnswerOf } from './collection.ts'

const run = new Uint8Array(16).fill(7)
const nobody = (): void => {}

function collection(count: number, maxAnswers = 100): Collection {
  const started = new Collection({ run, topic: 'all', count, bytes: 1_024, intervalMs: 100, maxAnswers })
  for (let seq = 0; seq < count; seq++) started.published(seq, 1_000 + 100 * seq)
  return started
}

/** @param arrivedMs by seq, by the receiver's clock; NaN: it did not come */
function answerOf(arrivedMs: number[], counted: Partial<AnswerOf> = {}): AnswerOf {
  const firstMs = Math.min(...arrivedMs.filter(atMs => !Number.isNaN(atMs)))
  return {
    run,
    ...arrivalsOf({ arrivedMs: Float64Array.from(arrivedMs), firstMs }),
    duplicates: 0,
    receivedBytes: 0,
    ...counted,
  }
}

const exact = (offsetMs: number) => ({ offsetMs, rttMs: 0, atMs: 1_500 })

test('delays are those of our clock, however far theirs is off', () => {
  const seconds = fc.integer({ min: -100_000_000, max: 100_000_000 })
  const delays = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(fc.tuple(seconds, delays), { minLength: 1, maxLength: 5 }), peers => {
      const count = Math.max(...peers.map(([, delaysMs]) => delaysMs.length))
      const ours = collection(count)
      for (const [index, [offset, delaysMs]] of peers.entries()) {
        const offsetMs = 1_000_000_000_000 + offset
        const arrivals = Array.from(
          { length: count },
          (_, seq) => 1_000 + 100 * seq + (delaysMs[seq] ?? NaN) + offsetMs,
        )
        expect(ours.answer(`${index}`, answerOf(arrivals), 100_000)).toBe(true)
        ours.clock(`${index}`, exact(offsetMs))
      }
      const report = ours.report(nobody)
      const all = peers.flatMap(([, delaysMs]) => delaysMs)
      expect(report.delaysMs).toMatchObject({ count: all.length })
      expect(report.delaysMs!.max).toBeCloseTo(Math.max(...all), 0)
      expect(report.delaysMs!.min).toBeCloseTo(Math.min(...all), 0)
      expect(report.reached).toBeCloseTo(all.length / (peers.length * count))
    }),
  )
})

test('what a delivery costs is counted at the receivers', () => {
  const ours = collection(2)
  ours.answer('anna', answerOf([1_010, 1_110], { duplicates: 3, receivedBytes: 6_000 }), 2_000)
  ours.answer('bert', answerOf([1_020, NaN], { duplicates: 0, receivedBytes: 1_200 }), 2_000)
  for (const peer of ['anna', 'bert']) ours.clock(peer, exact(0))
  expect(ours.report(nobody)).toMatchObject({
    receivers: 2,
    reached: 0.75,
    duplicates: 1,
    bytesPerDelivery: 2_400,
    probes: { sent: 2, bytes: 1_024, intervalMs: 100 },
    peers: [
      { peer: 'anna', received: 2, duplicates: 3 },
      { peer: 'bert', received: 1, duplicates: 0 },
    ],
  })
})

describe('what cannot be does not count:', () => {
  const cases: Array<[string, number, number, number]> = [
    ['an arrival before the probe was sent', 994, 1, 0],
    ['one that the error of the clock explains', 996, 0, 1],
    ['one after the answer', 2_006, 1, 0],
    ['one just before it', 2_004, 0, 1],
  ]
  test.each(cases)('%s', (_, arrivedMs, arrivals, count) => {
    const ours = collection(1)
    ours.answer('anna', answerOf([arrivedMs]), 2_000)
    ours.clock('anna', { offsetMs: 0, rttMs: 10, atMs: arrivedMs })
    const report = ours.report(nobody)
    expect(report.discarded).toEqual({ arrivals, answers: 0, withoutClock: 0 })
    expect(report.peers[0]).toMatchObject({ received: count })
    expect(report.delaysMs?.min ?? 0).toBeGreaterThanOrEqual(0)
  })

  test('a probe that was never sent', () => {
    const ours = new Collection({ run, topic: 'all', count: 2, bytes: 64, intervalMs: 100, maxAnswers: 1 })
    ours.published(0, 1_000)
    ours.answer('anna', answerOf([1_001, 1_101]), 2_000)
    ours.clock('anna', exact(0))
    expect(ours.report(nobody)).toMatchObject({ probes: { sent: 1 }, reached: 1, discarded: { arrivals: 1 } })
  })

  test('a second answer of a peer, and those beyond the limit', () => {
    const ours = collection(1, 2)
    const took = ['anna', 'anna', 'bert', 'carl'].map(peer => ours.answer(peer, answerOf([1_001]), 2_000))
    expect(took).toEqual([true, false, true, false])
    expect(ours.report(nobody).discarded).toEqual({ arrivals: 0, answers: 2, withoutClock: 2 })
  })
})

test('without any answer there is a report without figures', () => {
  expect(collection(3).report(nobody)).toMatchObject({
    delaysMs: undefined,
    distribution: [],
    receivers: 0,
    reached: 0,
    duplicates: 0,
    bytesPerDelivery: 0,
    probes: { sent: 3 },
  })
})

test('the distribution goes from the least to the most in hundredths, and never back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 300 }), delaysMs => {
      const ours = collection(delaysMs.length)
      ours.answer('anna', answerOf(delaysMs.map((delayMs, seq) => 1_000 + 100 * seq + delayMs)), 100_000)
      ours.clock('anna', exact(0))
      const { distribution, delaysMs: delays } = ours.report(nobody)
      expect(distribution).toHaveLength(101)
      expect(distribution[0]).toEqual([delays!.min, 0])
      expect(distribution.at(-1)).toEqual([delays!.max, 1])
      const sorted = distribution.map(([delayMs]) => delayMs).toSorted((a, b) => a - b)
      expect(distribution.map(([delayMs]) => delayMs)).toEqual(sorted)
    }),
  )
})
