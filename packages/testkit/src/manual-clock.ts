import { sleepOn } from './clock.ts'
import type { Clock } from './clock.ts'

/** Time that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward and runs what falls due on the way, in order of due time and then of creation. After each
   * due time it lets pending promises run, so that code which sleeps in a loop sets its next timer in time to be run too.
   */
  advance(byMs: number): Promise<void>
  /** Timers that have not run yet. */
  readonly pending: number
}

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs
  // a Set keeps the order of creation, which breaks ties between equal due times
  const timers = new Set<Timer>()

  const clock: ManualClock = {
    now: () => nowMs,
    setTimeout: (run, delayMs) => {
      const timer: Timer = { dueMs: nowMs + Math.max(0, delayMs), run }
      timers.add(timer)
      return timer
    },
    clearTimeout: timer => {
      timers.delete(timer as Timer)
    },
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
    advance: async byMs => {
      if (!(byMs >= 0)) throw new RangeError(`advance(${byMs}): time does not run backwards`)
      const untilMs = nowMs + byMs
      for (let due = earliest(timers, untilMs); due != null; due = earliest(timers, untilMs)) {
        nowMs = Math.max(nowMs, due.dueMs)
        timers.delete(due)
        due.run()
        await new Promise(resolve => setImmediate(resolve))
      }
      nowMs = untilMs
    },
    get pending() {
      return timers.size
    },
  }
  return clock
}

function earliest(timers: Iterable<Timer>, untilMs: number): Timer | undefined {
  let first: Timer | undefined
  for (const timer of timers) {
    if (timer.dueMs <= untilMs && (first == null || timer.dueMs < first.dueMs)) first = timer
  }
  return first
}
