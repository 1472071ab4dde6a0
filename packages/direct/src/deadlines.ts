/** The time for deadlines, in ms: monotonic, so that setting the wall clock neither expires nor prolongs anything. */
export function nowMs(): number {
  return performance.now()
}

/** Something that must be over by a time; `Infinity` while nothing is awaited. */
export interface Due {
  deadlineMs: number
}

/**
 * Deadlines of many requests behind one timer: at 200,000 requests a second a timer each would cost more than the request.
 * With equal timeouts, the usual case, the timer is set once per sweep and never moved.
 */
export class Deadlines<Entry extends Due> {
  readonly #entries: ReadonlyMap<number, Entry>
  readonly #expire: (id: number, entry: Entry) => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #firesAtMs = Infinity

  constructor(entries: ReadonlyMap<number, Entry>, expire: (id: number, entry: Entry) => void) {
    this.#entries = entries
    this.#expire = expire
  }

  /** To be called when an entry gets a deadline. */
  watch(deadlineMs: number): void {
    if (deadlineMs >= this.#firesAtMs) return
    clearTimeout(this.#timer)
    this.#firesAtMs = deadlineMs
    this.#timer = setTimeout(this.#sweep, Math.max(1, deadlineMs - nowMs()))
    // Node only: an idle stream must not keep a process alive
    ;(this.#timer as { unref?: () => void }).unref?.()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#firesAtMs = Infinity
  }

  readonly #sweep = (): void => {
    this.#firesAtMs = Infinity
    const now = nowMs()
    let next = Infinity
    for (const [id, entry] of this.#entries) {
      if (entry.deadlineMs <= now) this.#expire(id, entry)
      else next = Math.min(next, entry.deadlineMs)
    }
    if (next < Infinity) this.watch(next)
  }
}
