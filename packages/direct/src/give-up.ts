import { nowMs } from './deadlines.ts'
import { DirectError } from './errors.ts'
import type { RequestTiming } from './client-session.ts'

/**
 * One signal for everything that ends an attempt: the caller's signal, its deadline, and the service's stop. Its reason is
 * the `DirectError` to throw. Made by hand, because `AbortSignal.timeout` leaves its timer running and both sources outlive the attempt.
 */
export class GiveUp {
  readonly #controller = new AbortController()
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #forget: () => void

  constructor(what: string, { timeoutMs, deadlineMs, signal: given }: RequestTiming, stopped: AbortSignal) {
    const giveUp = (code: 'timeout' | 'aborted' | 'stopped', message: string, cause?: unknown): void =>
      this.#controller.abort(new DirectError(code, `${what}: ${message}`, { cause }))
    const onAbort = (): void => giveUp('aborted', 'aborted by its caller', given?.reason)
    const onStop = (): void => giveUp('stopped', 'direct() was stopped')
    given?.addEventListener('abort', onAbort)
    stopped.addEventListener('abort', onStop)
    this.#timer = setTimeout(
      () => giveUp('timeout', `no stream within ${timeoutMs} ms`),
      Math.max(1, deadlineMs - nowMs()),
    )
    this.#forget = () => {
      given?.removeEventListener('abort', onAbort)
      stopped.removeEventListener('abort', onStop)
    }
    if (stopped.aborted) onStop()
    else if (given?.aborted === true) onAbort()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Waits for what others wait for too, and is not ended by this signal. */
  async race<T>(promise: Promise<T>): Promise<T> {
    const ended = Promise.withResolvers<never>()
    const onAbort = (): void => ended.reject(this.signal.reason)
    this.signal.addEventListener('abort', onAbort)
    try {
      this.signal.throwIfAborted()
      return await Promise.race([promise, ended.promise])
    } finally {
      this.signal.removeEventListener('abort', onAbort)
      promise.catch(() => {})
    }
  }

  /** To be called when the attempt is over. Not `using`: browsers without `Symbol.dispose` would throw. */
  release(): void {
    clearTimeout(this.#timer)
    this.#forget()
  }
}
