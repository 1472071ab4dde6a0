import { orAborted } from './waiter.ts'

/** Work that must not mix: one at a time, in the order it was asked for. */
export class Turns {
  #last: Promise<void> | undefined

  /** Runs `work` when all before it is over, at once when there is none. The signal ends the wait for the turn, not the work. */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last
    const over = Promise.withResolvers<void>()
    this.#last = over.promise
    let isMine = before === undefined
    try {
      if (before !== undefined) await orAborted(before, signal)
      isMine = true
      return await work()
    } finally {
      // who gives up while waiting lets those behind wait on for those before
      over.resolve(before)
      if (isMine && this.#last === over.promise) this.#last = undefined
    }
  }
}
