import fc from 'fast-check'
import { expect, test } from 'vitest'
import { random } from '../random.ts'
import { checkLink, PERFECT_LINK } from './link.ts'
import { schedule } from './schedule.ts'
import type { LinkSettings } from './link.ts'

const link = (settings: Partial<LinkSettings>) => checkLink({ ...PERFECT_LINK, ...settings })

const anyLink = fc.record({
  latencyMs: fc.nat(500),
  jitterMs: fc.nat(500),
  loss: fc.double({ min: 0, max: 0.9, noNaN: true }),
  bytesPerSecond: fc.constantFrom(1_000, 1_000_000, Infinity),
  maxInFlightBytes: fc.constant(1 << 20),
})

test('segments keep their order, and none is earlier than its latency', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      anyLink,
      fc.array(fc.tuple(fc.integer({ min: 1, max: 16_384 }), fc.nat(50))),
      (seed, settings, segments) => {
        const wire = schedule(random(seed))
        let nowMs = 0
        let lastMs = -Infinity
        for (const [bytes, pauseMs] of segments) {
          nowMs += pauseMs
          const { atMs } = wire.arrival(bytes, nowMs, settings)
          expect(atMs).toBeGreaterThanOrEqual(nowMs + settings.latencyMs)
          expect(atMs).toBeGreaterThanOrEqual(lastMs)
          lastMs = atMs
        }
      },
    ),
  )
})

test('bytes take their time at a limited bandwidth', () => {
  const wire = schedule(random(1))
  const slow = link({ bytesPerSecond: 10_000, latencyMs: 5 })
  expect(wire.arrival(1_000, 0, slow).atMs).toBe(105)
  expect(wire.arrival(1_000, 0, slow).atMs).toBe(205)
  expect(wire.arrival(1_000, 1_000, slow).atMs).toBe(1_105)
})

test('the same seed loses the same segments, whatever their size and the time', () => {
  const lossy = link({ loss: 0.3 })
  const lost = (seed: number, bytes: number, stepMs: number) => {
    const wire = schedule(random(seed))
    return Array.from({ length: 100 }, (_, i) => wire.arrival(bytes, i * stepMs, lossy).retransmissions)
  }
  expect(lost(1, 100, 0)).toEqual(lost(1, 16_384, 1_000))
  expect(lost(1, 100, 0)).not.toEqual(lost(2, 100, 0))
})

test('loss comes about as often as asked, and costs a doubling timeout each time', () => {
  const wire = schedule(random('loss'))
  const lossy = link({ loss: 0.2, latencyMs: 10 })
  let losses = 0
  for (let nowMs = 0; nowMs < 2e9; nowMs += 1e6) {
    const { atMs, retransmissions } = wire.arrival(100, nowMs, lossy)
    expect(atMs - nowMs).toBe(10 + (2 ** retransmissions - 1) * 220)
    if (retransmissions > 0) losses++
  }
  expect(Math.abs(losses / 2_000 - 0.2)).toBeLessThan(0.03)
})

test('a wrong setting says which it is and what it takes', () => {
  expect(() => link({ loss: 1 })).toThrow(/loss is 1, it takes 0 up to but not 1/)
  expect(() => link({ latencyMs: -1 })).toThrow(/latencyMs is -1/)
  expect(() => link({ bytesPerSecond: 0 })).toThrow(/bytesPerSecond is 0/)
})
