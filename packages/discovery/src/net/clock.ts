import type { Clock } from './driver.ts'

/** Wall time that is never set back or ahead while the process runs: the book needs a date, the timers a steady pace. */
export function steadyClock(): Clock {
  const beganMs = Date.now() - performance.now()
  return { nowMs: () => Math.round(beganMs + performance.now()) }
}

/** Uniform in [0, 1), from the platform's generator: whom we dial next should not be for others to guess. */
export function draw(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}
