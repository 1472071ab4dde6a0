import { Deadlines } from './deadlines.ts'
import type { Due } from './deadlines.ts'

export interface Turn extends Due {
  timeoutMs: number
  signal: AbortSignal | undefined
  start: () => void
  /** Called with the reason in place of `start`. */
  fail: (reason: 'aborted' | 'timeout' | 'ended') => void
}

/**
 * Requests that wait for their turn, first come first served. Whoever makes room starts the next one in the same step, so
 * that nothing slips in between and no turn is lost when its owner gives up at the same moment.
 */
export class Turns {
  readonly #mayStart: () => boolean
  readonly #waiting = new Map<number, Turn & { onAbort: () => void }>()
  readonly #deadlines = new Deadlines(this.#waiting, (ticket, turn) => {
    this.#leave(ticket)
    turn.fail('timeout')
  })
  #lastTicket = 0
  #isStarting = false

  constructor(mayStart: () => boolean) {
    this.#mayStart = mayStart
  }

  get size(): number {
    return this.#waiting.size
  }

  wait(turn: Turn): void {
    const ticket = ++this.#lastTicket
    const onAbort = (): void => {
      this.#leave(ticket)
      turn.fail('aborted')
    }
    this.#waiting.set(ticket, { ...turn, onAbort })
    turn.signal?.addEventListener('abort', onAbort, { once: true })
    this.#deadlines.watch(turn.deadlineMs)
  }

  /** Starts as many as may start. */
  next(): void {
    // a start that fails at once calls back here
    if (this.#isStarting) return
    this.#isStarting = true
    for (const [ticket, turn] of this.#waiting) {
      if (!this.#mayStart()) break
      this.#leave(ticket)
      // one signal for many requests: its abort frees this turn before it reaches the listener of the one that waits
      if (turn.signal?.aborted === true) turn.fail('aborted')
      else turn.start()
    }
    this.#isStarting = false
  }

  /** Takes out all that wait, for the caller to fail. */
  end(): Turn[] {
    const turns = [...this.#waiting.values()]
    for (const ticket of this.#waiting.keys()) this.#leave(ticket)
    this.#deadlines.stop()
    return turns
  }

  #leave(ticket: number): void {
    const turn = this.#waiting.get(ticket)
    turn?.signal?.removeEventListener('abort', turn.onAbort)
    this.#waiting.delete(ticket)
  }
}
