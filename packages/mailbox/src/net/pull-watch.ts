import { throwIfAborted } from '../errors.ts'

export interface PullWatchInit<T> {
  /** The next one; undefined: there is none now. */
  take: () => T | undefined | Promise<T | undefined>
  signal: AbortSignal | undefined
  onEnd: () => void
}

/** A reader that takes what there is, and waits for more. It holds nothing itself, so it may be as slow as it likes. */
export class PullWatch<T> implements AsyncIterableIterator<T, undefined> {
  readonly #init: PullWatchInit<T>
  #changed = Promise.withResolvers<void>()
  #last: Promise<unknown> = Promise.resolve()
  #isEnded = false

  constructor(init: PullWatchInit<T>) {
    this.#init = init
    const { signal } = init
    if (signal?.aborted === true) this.end()
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** There may be something to take. */
  wake(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#init.signal?.removeEventListener('abort', this.#onAbort)
    this.wake()
    this.#init.onEnd()
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const mine = this.#last.then(() => this.#next())
    this.#last = mine.catch(() => {})
    return mine
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.end()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #next(): Promise<IteratorResult<T, undefined>> {
    const { take, signal } = this.#init
    for (;;) {
      throwIfAborted(signal)
      if (this.#isEnded) return { value: undefined, done: true }
      // before it is looked, so that what comes meanwhile is not missed
      const changed = this.#changed.promise
      const value = await take()
      if (value !== undefined) return { value, done: false }
      if (!this.#isEnded) await changed
    }
  }

  readonly #onAbort = (): void => this.end()
}
