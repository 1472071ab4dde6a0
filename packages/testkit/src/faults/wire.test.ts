import { Uint8ArrayList } from 'uint8arraylist'
import { expect, test } from 'vitest'
import { manualClock } from '../manual-clock.ts'
import { random } from '../random.ts'
import { PERFECT_LINK } from './link.ts'
import { schedule, SEGMENT_BYTES } from './schedule.ts'
import { Wire } from './wire.ts'
import type { LinkSettings } from './link.ts'

function wireWith(settings: Partial<LinkSettings>) {
  const clock = manualClock()
  const seen = { bytes: 0, segments: [] as number[], rooms: 0, full: false, stalled: false }
  const wire = new Wire({
    clock,
    schedule: schedule(random(1)),
    deliver: bytes => {
      seen.bytes += bytes.byteLength
      seen.segments.push(bytes.byteLength)
      return !seen.full
    },
    link: () => ({ ...PERFECT_LINK, ...settings }),
    stalled: () => seen.stalled,
    onRoom: () => seen.rooms++,
  })
  return { clock, seen, wire }
}

const bytes = (length: number) => new Uint8ArrayList(new Uint8Array(length))

test('nothing arrives before its latency, all of it then', async () => {
  const { clock, seen, wire } = wireWith({ latencyMs: 50 })
  wire.send(bytes(100))
  await clock.advance(49)
  expect(seen.bytes).toBe(0)
  await clock.advance(1)
  expect(seen.bytes).toBe(100)
})

test('never has more in flight than its bound, and tells the sender once half of it is gone', async () => {
  const { clock, seen, wire } = wireWith({
    latencyMs: 50,
    bytesPerSecond: SEGMENT_BYTES * 1_000,
    maxInFlightBytes: 4 * SEGMENT_BYTES,
  })
  expect(wire.send(bytes(10 * SEGMENT_BYTES))).toBe(4 * SEGMENT_BYTES)
  expect(wire.send(bytes(1))).toBe(0)
  expect(wire.inFlightBytes).toBe(4 * SEGMENT_BYTES)
  await clock.advance(51)
  expect(seen.rooms).toBe(0)
  await clock.advance(1)
  expect(seen.rooms).toBe(1)
  expect(seen.segments).toEqual([SEGMENT_BYTES, SEGMENT_BYTES])
})

test('waits for a receiver that is full', async () => {
  const { clock, seen, wire } = wireWith({ latencyMs: 10 })
  seen.full = true
  wire.send(bytes(3 * SEGMENT_BYTES))
  await clock.advance(100)
  expect(seen.bytes).toBe(SEGMENT_BYTES)
  seen.full = false
  wire.receiverDrained()
  expect(seen.bytes).toBe(3 * SEGMENT_BYTES)
})

test('holds everything back while stalled and delivers it afterwards', async () => {
  const { clock, seen, wire } = wireWith({ latencyMs: 10 })
  seen.stalled = true
  wire.send(bytes(7))
  await clock.advance(1_000)
  expect(seen.bytes).toBe(0)
  seen.stalled = false
  wire.pump()
  expect(seen.bytes).toBe(7)
  await wire.empty()
})

test('leaves no timer behind', async () => {
  const { clock, wire } = wireWith({ latencyMs: 10 })
  wire.send(bytes(7))
  wire.send(bytes(7))
  expect(clock.pending).toBe(1)
  wire.drop()
  expect(clock.pending).toBe(0)
  await wire.empty()
})

test('a sender is told of room after its send has returned, never from inside it', async () => {
  const { clock, seen, wire } = wireWith({ latencyMs: 1, maxInFlightBytes: SEGMENT_BYTES })
  wire.send(bytes(SEGMENT_BYTES))
  seen.stalled = true
  await clock.advance(10)
  seen.stalled = false
  // what was due is delivered during this send, which is itself too long
  expect(wire.send(bytes(2 * SEGMENT_BYTES))).toBe(0)
  expect(seen.rooms).toBe(0)
  await Promise.resolve()
  expect(seen.rooms).toBe(1)
})
