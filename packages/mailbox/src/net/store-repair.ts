import type { Clock, LevelStore } from '@stoa/replica'

export interface StoreRepairInit {
  store: Pick<LevelStore, 'recover'>
  clock: Clock
  /** Until it is tried, in ms. Doubled each time… */
  retryMs: number
  /** …up to this, in ms. */
  maxRetryMs: number
  onReadOnly: (reason: string) => void
  onWritable: () => void
}

/** Makes a store take writes again after one failed that no replica met. What was on its way is lost, and done again by whoever wanted it. */
export class StoreRepair {
  readonly #init: StoreRepairInit
  #running: Promise<void> | undefined
  #timer: unknown
  #waiting: PromiseWithResolvers<void> | undefined
  #isStopped = false

  constructor(init: StoreRepairInit) {
    this.#init = init
  }

  broken(error: unknown): void {
    if (this.#isStopped || this.#running !== undefined) return
    this.#init.onReadOnly((error as Error).message)
    this.#running = this.#repair().finally(() => {
      this.#running = undefined
    })
  }

  start(): void {
    this.#isStopped = false
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#init.clock.clearTimeout(this.#timer)
    this.#waiting?.resolve()
    await this.#running
  }

  async #repair(): Promise<void> {
    const { store, clock, retryMs, maxRetryMs, onWritable } = this.#init
    for (let waitMs = retryMs; !this.#isStopped; waitMs = Math.min(2 * waitMs, maxRetryMs)) {
      this.#waiting = Promise.withResolvers()
      this.#timer = clock.setTimeout(this.#waiting.resolve, waitMs)
      await this.#waiting.promise
      if (this.#isStopped) return
      try {
        await store.recover()
        onWritable()
        return
      } catch {
        // still not: later
      }
    }
  }
}
