import { platform } from '#platform'
import type { EntrySet } from '../core/entry-set.ts'
import type { Change } from '../core/change.ts'
import type { Clock } from './clock.ts'

/** Changes of one turn of the event loop: some 2 ms. */
const MAX_CHANGES = 500
/** Timers are no longer than this, in ms: a clock that is set back or forth is noticed by then. */
const MAX_DELAY_MS = 60_000

export interface WakesInit {
  set: EntrySet
  clock: Clock
  apply: (changes: Change[]) => void
}

/** Lets time do its work on the set: what expires lapses, what need not be kept is dropped. */
export class Wakes {
  readonly #init: WakesInit
  #timer: unknown
  #atMs = Number.POSITIVE_INFINITY
  #isRunning = false
  #isStopped = false

  constructor(init: WakesInit) {
    this.#init = init
  }

  /** After each change of the set. */
  schedule(): void {
    if (this.#isStopped || this.#isRunning) return
    const { set, clock } = this.#init
    const nextMs = set.nextWakeMs()
    if (nextMs === undefined || nextMs >= this.#atMs) return
    this.#clear()
    const delayMs = Math.min(Math.max(0, nextMs - clock.now()), MAX_DELAY_MS)
    this.#atMs = nextMs
    this.#timer = clock.setTimeout(() => void this.#run(), delayMs)
  }

  stop(): void {
    this.#isStopped = true
    this.#clear()
  }

  async #run(): Promise<void> {
    const { set, clock, apply } = this.#init
    this.#clear()
    this.#isRunning = true
    while (!this.#isStopped) {
      const changes = set.expire(clock.now(), MAX_CHANGES)
      if (changes.length > 0) apply(changes)
      if (changes.length < MAX_CHANGES) break
      await platform.nextTurn()
    }
    this.#isRunning = false
    this.schedule()
  }

  #clear(): void {
    this.#init.clock.clearTimeout(this.#timer)
    this.#timer = undefined
    this.#atMs = Number.POSITIVE_INFINITY
  }
}
