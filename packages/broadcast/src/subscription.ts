import { MessageBuffer } from './core/message-buffer.ts'
import { aborted } from './errors.ts'

export interface SubscriptionInit {
  maxMessages: number
  maxBytes: number
  signal?: AbortSignal
  onEnd: () => void
}

/** One reader of a topic with a bounded buffer of its own. It holds what arrives from the moment it is made. */
export class Subscription<T> implements AsyncIterableIterator<T> {
  readonly #buffer: MessageBuffer<T>
  readonly #init: SubscriptionInit
  readonly #waiting: Array<PromiseWithResolvers<IteratorResult<T, undefined>>> = []
  #isEnded = false
  #error: Error | undefined

  constructor(init: SubscriptionInit) {
    this.#init = init
    this.#buffer = new MessageBuffer(init.maxMessages, init.maxBytes)
    if (init.signal?.aborted === true) this.#onAbort()
    else init.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Returns how many older messages were dropped for it. */
  push(message: T, bytes: number): number {
    if (this.#isEnded) return 0
    const reader = this.#waiting.shift()
    if (reader === undefined) return this.#buffer.push(message, bytes)
    reader.resolve({ value: message, done: false })
    return 0
  }

  /** No more will come; what is held can still be read. */
  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#init.signal?.removeEventListener('abort', this.#onAbort)
    for (const reader of this.#waiting.splice(0)) {
      if (this.#error === undefined) reader.resolve({ value: undefined, done: true })
      else reader.reject(this.#error)
    }
    this.#init.onEnd()
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#error !== undefined) throw this.#error
    const message = this.#buffer.shift()
    if (message !== undefined) return { value: message, done: false }
    if (this.#isEnded) return { value: undefined, done: true }
    const reader = Promise.withResolvers<IteratorResult<T, undefined>>()
    this.#waiting.push(reader)
    return reader.promise
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.end()
    this.#buffer.clear()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  readonly #onAbort = (): void => {
    this.#error = aborted(this.#init.signal!)
    this.#buffer.clear()
    this.end()
  }
}
