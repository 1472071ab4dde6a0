import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StallWatch } from './stall-watch.ts'

const STALL_MS = 100

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function scene() {
  const frames = { isAtBoundary: true, hasRoom: true, unsentBytes: 0 }
  const stalls: string[] = []
  const watch = new StallWatch(frames, STALL_MS, error => stalls.push(error.message))
  return { frames, stalls, watch }
}

test('a stream that is quiet between frames is no stall', () => {
  const { stalls } = scene()
  vi.advanceTimersByTime(10 * STALL_MS)
  expect(stalls).toEqual([])
})

test('an unfinished frame is one, once, after the time and before twice the time', () => {
  const { frames, stalls } = scene()
  frames.isAtBoundary = false
  vi.advanceTimersByTime(STALL_MS - 1)
  expect(stalls).toEqual([])
  vi.advanceTimersByTime(STALL_MS + 1)
  expect(stalls).toEqual(['peer did not finish a frame for 100 ms'])
  vi.advanceTimersByTime(10 * STALL_MS)
  expect(stalls).toHaveLength(1)
})

test('frame upon frame, each unfinished whenever one looks, is none', () => {
  const { frames, stalls, watch } = scene()
  frames.isAtBoundary = false
  for (let i = 0; i < 50; i++) {
    vi.advanceTimersByTime(STALL_MS / 2)
    watch.framesRead++
  }
  expect(stalls).toEqual([])
})

test('a frame that waits because our own find no room is not the fault of its sender', () => {
  const { frames, stalls, watch } = scene()
  frames.isAtBoundary = false
  frames.hasRoom = false
  frames.unsentBytes = 1_000_000
  for (let i = 0; i < 50; i++) {
    vi.advanceTimersByTime(STALL_MS / 2)
    // a busy stream: always full, and always moving
    watch.framesSent++
  }
  expect(stalls).toEqual([])
})

test('a peer that reads nothing of what was sent is one, whatever it sends itself', () => {
  const { frames, stalls, watch } = scene()
  frames.unsentBytes = 1_000
  for (let i = 0; i < 4; i++) {
    vi.advanceTimersByTime(STALL_MS / 2)
    watch.framesRead++
  }
  expect(stalls).toEqual(['peer did not read what was sent for 100 ms'])
})

test('a peer that reads slowly is none', () => {
  const { frames, stalls } = scene()
  for (frames.unsentBytes = 50; frames.unsentBytes > 0; frames.unsentBytes--) vi.advanceTimersByTime(STALL_MS / 2)
  expect(stalls).toEqual([])
})

test('a process that slept sees what has arrived before it judges', () => {
  const { frames, stalls, watch } = scene()
  frames.isAtBoundary = false
  vi.advanceTimersByTime(STALL_MS / 2)
  // hours later; the timer comes first, and the bytes that waited with it
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(STALL_MS / 2)
  watch.framesRead++
  vi.advanceTimersByTime(STALL_MS / 2)
  expect(stalls).toEqual([])
})

test('stopped, it leaves no timer', () => {
  const { watch } = scene()
  watch.stop()
  expect(vi.getTimerCount()).toBe(0)
})
