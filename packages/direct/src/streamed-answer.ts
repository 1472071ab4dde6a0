import { nowMs } from './deadlines.ts'
import type { Due } from './deadlines.ts'

/** spec/direct.md §5: an item takes its payload and this from the window, so that empty items are bounded too, in bytes. */
export const ITEM_OVERHEAD_BYTES = 32

export interface StreamedAnswerInit<Response> {
  windowBytes: number
  timeoutMs: number
  decode: (payload: Uint8Array) => Response
  /** Tells the peer that it may send this much more. */
  grant: (bytes: number) => void
  /** Tells the peer that nobody reads any more. */
  cancel: () => void
  watch: (deadlineMs: number) => void
  /** Called once, when no more will arrive. */
  release: () => unknown
}

/** The reading end of a streamed answer. Holds at most one window and one item that was not read yet. */
export class StreamedAnswer<Response> implements AsyncIterableIterator<Response>, Due {
  /** Runs only while somebody waits for an item: a slow reader is no fault of the peer. */
  deadlineMs = Infinity
  readonly #init: StreamedAnswerInit<Response>
  readonly #items: Uint8Array[] = []
  #window: number
  #consumed = 0
  #waiting: PromiseWithResolvers<void> | undefined
  #over = false
  #error: Error | undefined

  constructor(init: StreamedAnswerInit<Response>) {
    this.#init = init
    this.#window = init.windowBytes
  }

  /** @returns false when the peer sent more than it was granted. */
  push(payload: Uint8Array): boolean {
    if (this.#window <= 0) return false
    this.#window -= payload.byteLength + ITEM_OVERHEAD_BYTES
    this.#items.push(payload.slice())
    this.#wake()
    return true
  }

  get timeoutMs(): number {
    return this.#init.timeoutMs
  }

  end(): void {
    if (!this.#over) this.#init.release()
    this.#over = true
    this.#wake()
  }

  /** `dropUnread`: the reader gave up, so it gets no more items before the error. */
  fail(error: Error, dropUnread: boolean): void {
    if (dropUnread) this.#items.length = 0
    this.#error ??= error
    this.end()
  }

  async next(): Promise<IteratorResult<Response>> {
    while (this.#items.length === 0) {
      if (this.#error !== undefined) throw this.#error
      if (this.#over) return { done: true, value: undefined }
      this.deadlineMs = nowMs() + this.#init.timeoutMs
      this.#init.watch(this.deadlineMs)
      this.#waiting ??= Promise.withResolvers()
      await this.#waiting.promise
    }
    const payload = this.#items.shift()!
    this.#consumed += payload.byteLength + ITEM_OVERHEAD_BYTES
    // grants in halves: one credit frame for many items, and the peer never runs dry
    if (!this.#over && this.#consumed >= this.#init.windowBytes / 2) {
      this.#window += this.#consumed
      this.#init.grant(this.#consumed)
      this.#consumed = 0
    }
    try {
      return { done: false, value: this.#init.decode(payload) }
    } catch (error) {
      this.#stop()
      throw error
    }
  }

  async return(): Promise<IteratorResult<Response>> {
    this.#stop()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #stop(): void {
    this.#items.length = 0
    if (!this.#over) this.#init.cancel()
    this.end()
  }

  #wake(): void {
    this.deadlineMs = Infinity
    this.#waiting?.resolve()
    this.#waiting = undefined
  }
}
