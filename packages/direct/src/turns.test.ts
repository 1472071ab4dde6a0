import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nowMs } from './deadlines.ts'
import { Turns } from './turns.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Turns with so many places, and a log of what happened to whom. */
function scene(places: number) {
  const log: string[] = []
  const turns = new Turns(() => places > 0)
  const wait = (name: string, { signal, timeoutMs = 1_000 }: { signal?: AbortSignal; timeoutMs?: number } = {}): void =>
    turns.wait({
      timeoutMs,
      deadlineMs: nowMs() + timeoutMs,
      signal,
      start: () => {
        places--
        log.push(name)
      },
      fail: reason => log.push(`${name} ${reason}`),
    })
  const leave = (): void => {
    places++
    turns.next()
  }
  return { log, turns, wait, leave }
}

describe('turns', () => {
  test('are taken first come first served', () => {
    const { log, wait, leave } = scene(0)
    for (const name of ['a', 'b', 'c']) wait(name)
    leave()
    leave()
    expect(log).toEqual(['a', 'b'])
  })

  test('several places that become free at once are all taken', () => {
    const { log, turns, wait } = scene(2)
    for (const name of ['a', 'b', 'c']) wait(name)
    turns.next()
    expect(log).toEqual(['a', 'b'])
    expect(turns.size).toBe(1)
  })

  test('end when their time is over, and those behind move up', () => {
    const { log, wait, leave } = scene(0)
    wait('a', { timeoutMs: 10 })
    wait('b')
    vi.advanceTimersByTime(11)
    leave()
    expect(log).toEqual(['a timeout', 'b'])
  })

  test('end when their signal aborts, and those behind move up', () => {
    const { log, wait, leave } = scene(0)
    const controller = new AbortController()
    wait('a', { signal: controller.signal })
    wait('b')
    controller.abort()
    leave()
    expect(log).toEqual(['a aborted', 'b'])
  })

  // the place of a request is freed by the same abort that ends those behind it, and the order of listeners is anyone's
  test.each(['before', 'after'])('are not lost when the place is freed %s the abort of the one that waits', order => {
    const { log, wait, leave } = scene(0)
    const controller = new AbortController()
    const { signal } = controller
    if (order === 'before') signal.addEventListener('abort', leave)
    wait('a', { signal })
    wait('b', { signal })
    wait('c')
    if (order === 'after') signal.addEventListener('abort', leave)
    controller.abort()

    expect(log.toSorted()).toEqual(['a aborted', 'b aborted', 'c'])
  })

  test('a start that frees its place at once lets the next one start, without going deeper', () => {
    let running = 0
    const turns = new Turns(() => running === 0)
    let started = 0
    for (let i = 0; i < 100_000; i++) {
      turns.wait({
        timeoutMs: 1,
        deadlineMs: Infinity,
        signal: undefined,
        start: () => {
          running++
          started++
          running--
          turns.next()
        },
        fail: () => {},
      })
    }
    turns.next()
    expect(started).toBe(100_000)
  })

  test('at the end none is left, and no timer', () => {
    const { turns, wait } = scene(0)
    wait('a')
    wait('b')
    expect(turns.end()).toHaveLength(2)
    expect(turns.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
