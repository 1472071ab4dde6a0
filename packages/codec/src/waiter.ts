/**
 * What one call waits for. An abort settles it in the same turn, and settled is settled: nothing is ever handed to a call
 * that has given up. (With `Promise.race` a chunk that arrives between the abort and the next microtask would be lost.)
 */
export class Waiter<T> {
  readonly promise: Promise<T>
  readonly #resolve: (value: T) => void
  readonly #reject: (reason: unknown) => void
  readonly #signal: AbortSignal | undefined
  isSettled = false

  constructor(signal: AbortSignal | undefined) {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#signal = signal
    if (signal?.aborted === true) this.#onAbort()
    else signal?.addEventListener('abort', this.#onAbort)
  }

  resolve(value: T): void {
    if (this.#settle()) this.#resolve(value)
  }

  reject(reason: unknown): void {
    if (this.#settle()) this.#reject(reason)
  }

  readonly #onAbort = (): void => this.reject(this.#signal!.reason)

  #settle(): boolean {
    if (this.isSettled) return false
    this.isSettled = true
    // signals often live as long as the node: a listener left behind for each read would be a leak
    this.#signal?.removeEventListener('abort', this.#onAbort)
    return true
  }
}

/** The promise, or the signal's reason if that comes first. What the promise does later concerns nobody. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal == null) return promise
  const waiter = new Waiter<T>(signal)
  promise.then(
    value => waiter.resolve(value),
    (error: unknown) => waiter.reject(error),
  )
  return waiter.promise
}
