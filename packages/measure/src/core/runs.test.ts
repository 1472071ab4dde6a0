import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULTS } from '../options.ts'
import { FULL_SHARE, QUIET_MS } from '../limits.ts'
import { Runs } from './runs.ts'
import type { Arrival } from './runs.ts'
import type { Probe } from './probe.ts'

function arrival(over: Partial<Omit<Arrival, 'probe'>> & { probe?: Partial<Probe> } = {}): Arrival {
  const { probe, ...rest } = over
  return {
    topic: 'all',
    author: 'anna',
    bytes: 1_024,
    atMs: 0,
    counts: { duplicates: 0, receivedBytes: 0 },
    ...rest,
    probe: { run: new Uint8Array(16), seq: 0, count: 3, intervalMs: 100, answerMs: 1_000, share: FULL_SHARE, ...probe },
  }
}

const runId = (id: number): Uint8Array<ArrayBuffer> => new Uint8Array(16).fill(id)

describe('a run is over', () => {
  test('as soon as all of it has come, in whatever order', () => {
    const runs = new Runs(DEFAULTS, 0)
    for (const [atMs, seq] of [2, 0, 1].entries()) expect(runs.probe(arrival({ atMs, probe: { seq } }))).toBe('seen')
    expect(runs.nextMs()).toBe(2)
    expect(runs.over(2)).toMatchObject([{ received: 3, firstMs: 0, arrivedMs: Float64Array.of(1, 2, 0) }])
    expect(runs.size).toBe(0)
  })

  test('when nothing of it has come for a while', () => {
    const runs = new Runs(DEFAULTS, 0)
    runs.probe(arrival({ atMs: 0 }))
    runs.probe(arrival({ atMs: 90, probe: { seq: 1 } }))
    expect(runs.nextMs()).toBe(90 + QUIET_MS + 200)
    expect(runs.over(90 + QUIET_MS + 199)).toEqual([])
    expect(runs.over(90 + QUIET_MS + 200)).toMatchObject([{ received: 2 }])
  })

  test('30 s after it should have been, whatever still comes', () => {
    const runs = new Runs(DEFAULTS, 0)
    for (let seq = 0; seq < 99; seq++) runs.probe(arrival({ atMs: seq * 1_000, probe: { seq, count: 100 } }))
    expect(runs.over(100 * 100 + 30_000)).toHaveLength(1)
  })

  test('and what comes later is passed on, and begins no other', () => {
    const runs = new Runs(DEFAULTS, 0)
    runs.probe(arrival())
    runs.over(Infinity)
    expect(runs.probe(arrival({ atMs: 1, probe: { seq: 1 } }))).toBe('seen')
    expect(runs.size).toBe(0)
  })
})

test('another probe with a number that came is not passed on', () => {
  const runs = new Runs(DEFAULTS, 0)
  expect(runs.probe(arrival())).toBe('seen')
  expect(runs.probe(arrival({ bytes: 2_000 }))).toBe('repeated')
})

test('a run that changes its length is refused from there', () => {
  const runs = new Runs(DEFAULTS, 0)
  runs.probe(arrival())
  expect(runs.probe(arrival({ probe: { seq: 1, count: 4 } }))).toBe('refused')
})

describe('limits', () => {
  test('runs of one author', () => {
    const runs = new Runs(DEFAULTS, 0)
    const verdicts = [0, 1, 2, 3, 4].map(id => runs.probe(arrival({ probe: { run: runId(id) } })))
    expect(verdicts).toEqual(['seen', 'seen', 'seen', 'seen', 'refused'])
    expect(runs.probe(arrival({ author: 'bert', probe: { run: runId(4) } }))).toBe('seen')
  })

  test('runs of all', () => {
    const runs = new Runs(DEFAULTS, 0)
    for (let i = 0; i < 32; i++) expect(runs.probe(arrival({ author: `author ${i}` }))).toBe('seen')
    expect(runs.probe(arrival({ author: 'one more' }))).toBe('refused')
    runs.over(Infinity)
    expect(runs.probe(arrival({ author: 'one more' }))).toBe('seen')
  })

  test('probes and bytes of one author, who takes nothing from others', () => {
    const runs = new Runs(DEFAULTS, 0)
    const seen = (author: string, bytes: number, count: number): number => {
      let passed = 0
      for (let seq = 0; seq < count; seq++) {
        if (runs.probe(arrival({ author, bytes, probe: { seq, count } })) === 'seen') passed++
      }
      return passed
    }
    expect(seen('anna', 100, 1_000)).toBe(4 * DEFAULTS.probesPerSecond)
    expect(seen('bert', 60_000, 1_000)).toBe(Math.floor((4 * DEFAULTS.probeBytesPerSecond) / 60_000))
    expect(seen('carl', 100, 100)).toBe(100)
  })

  test('whatever many authors send, what is passed on stays below the rate of all, and what is kept below the limit of runs', () => {
    const probe = fc.record({
      author: fc.nat(200),
      run: fc.nat(3),
      seq: fc.nat(9),
      bytes: fc.integer({ min: 64, max: 60_000 }),
      afterMs: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(probe, { maxLength: 2_000 }), probes => {
        const runs = new Runs(DEFAULTS, 0)
        let [atMs, passed, bytesPassed] = [0, 0, 0]
        for (const { author, run, seq, bytes, afterMs } of probes) {
          atMs += afterMs
          const verdict = runs.probe(
            arrival({ author: `${author}`, bytes, atMs, probe: { run: runId(run), seq, count: 10 } }),
          )
          if (verdict === 'seen') [passed, bytesPassed] = [passed + 1, bytesPassed + bytes]
          expect(runs.size).toBeLessThanOrEqual(DEFAULTS.maxRuns)
          if (seq === 9) runs.over(atMs)
        }
        expect(passed).toBeLessThanOrEqual(DEFAULTS.allProbesPerSecond * (4 + atMs / 1_000))
        expect(bytesPassed).toBeLessThanOrEqual(DEFAULTS.allProbeBytesPerSecond * (4 + atMs / 1_000))
      }),
      { numRuns: 30 },
    )
  })
})
