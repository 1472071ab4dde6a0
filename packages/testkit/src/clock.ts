/** What a driver needs of time, so that a test can hand it a manual clock. */
export interface Clock {
  now(): number
  setTimeout(run: () => void, delayMs: number): ClockTimer
  clearTimeout(timer: ClockTimer): void
  /** Rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}

/** Opaque: only the clock that gave it can read it. */
export type ClockTimer = unknown

/** Real time; `now()` is monotonic, so that a measured delay is never shorter than the one asked for. */
export function systemClock(): Clock {
  const clock: Clock = {
    now: () => performance.now(),
    setTimeout: (run, delayMs) => setTimeout(run, delayMs),
    clearTimeout: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
  }
  return clock
}

export function sleepOn(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => {
      clock.clearTimeout(timer)
      reject(signal!.reason as Error)
    }
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
