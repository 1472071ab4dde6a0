import { inspect } from 'node:util'
import { watch } from './watch.ts'
import type { Watched } from './watch.ts'

/** Generous, and only ever reached when something hangs. */
export const DEFAULT_WAIT_MS = 15_000

export interface UntilInit {
  /** What may change the answer: targets, each with its events. Without any the predicate is polled. */
  on?: readonly Watched[]
  signal?: AbortSignal
  /** @default 15_000 */
  timeoutMs?: number
  /** What is waited for, for the error. A function is asked when the wait has failed, so that it can tell the state. */
  what?: string | (() => string)
}

export type Truthy<T> = Exclude<T, false | null | undefined | 0 | '' | 0n>

export class WaitError extends Error {
  override name = 'WaitError'
  readonly code = 'timeout'
}

/**
 * Waits until `predicate` gives something truthy, and returns it. The predicate is asked at once, then after each
 * event of `on`. It rejects with WaitError after `timeoutMs`, with the signal's reason when that aborts, and with what
 * the predicate throws.
 */
export async function until<T>(predicate: () => T | Promise<T>, init: UntilInit = {}): Promise<Truthy<T>> {
  const { timeoutMs = DEFAULT_WAIT_MS, signal } = init
  signal?.throwIfAborted()
  let last: T | undefined
  let checks = 0
  const changes = watch(init.on ?? [])
  const stop = Promise.withResolvers<never>()
  // the loop below races it; between two races nobody listens
  stop.promise.catch(() => {})
  const onAbort = () => stop.reject(signal!.reason as Error)
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => stop.reject(new WaitError(describe(init, predicate, last, checks))), timeoutMs)

  try {
    for (;;) {
      // armed before asking, so that a change during an asynchronous predicate is not missed
      const changed = changes.next()
      checks++
      last = await Promise.race([predicate(), stop.promise])
      if (last) return last as Truthy<T>
      await Promise.race([changed, stop.promise])
    }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    changes.close()
  }
}

/** Waits until `assertion` no longer throws, and returns what it returns. The error at the end holds the last failure as `cause`. */
export async function eventually<T>(assertion: () => T | Promise<T>, init: UntilInit = {}): Promise<T> {
  let failure: unknown
  try {
    const passed = await until(
      async () => {
        try {
          return { value: await assertion() }
        } catch (err) {
          failure = err
          return undefined
        }
      },
      { what: 'an assertion to hold', ...init },
    )
    return passed.value
  } catch (err) {
    if (!(err instanceof WaitError) || failure == null) throw err
    const reason = failure instanceof Error ? failure.message : inspect(failure)
    throw Object.assign(new WaitError(`${err.message}\n${reason}`), { cause: failure })
  }
}

function describe(init: UntilInit, predicate: () => unknown, last: unknown, checks: number): string {
  const what = typeof init.what === 'function' ? init.what() : (init.what ?? predicate.toString().slice(0, 200))
  const value = checks === 0 ? 'never asked' : inspect(last, { depth: 3, breakLength: 120, maxArrayLength: 20 })
  const waited = (init.timeoutMs ?? DEFAULT_WAIT_MS).toLocaleString('en')
  return `waited ${waited} ms for ${what}; last value after ${checks} checks: ${value}`
}
