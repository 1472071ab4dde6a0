import { matches } from './event.ts'
import type { EventFilter } from './event.ts'
import type { EventLog, LoggedEvent } from './event-log.ts'

export type Reading =
  | { type: 'event'; logged: LoggedEvent }
  /** `missed` events are gone, of all kinds; undefined when they were of an earlier run of the node and nobody knows. */
  | { type: 'gap'; missed: number | undefined }
  | { type: 'idle' }
  | { type: 'end' }

export interface EventReaderInit {
  log: EventLog
  filter: EventFilter
  /** Id of the last event that the reader has seen. Default: everything that has happened so far. */
  after?: string
}

/** Reads a log from a position of its own. */
export class EventReader {
  readonly #log: EventLog
  readonly #filter: EventFilter
  #next: number
  #isOfOtherRun = false
  #isClosed = false
  #wake: (() => void) | undefined

  constructor({ log, filter, after }: EventReaderInit) {
    this.#log = log
    this.#filter = filter
    const seen = after === undefined ? log.last : numberOf(log, after)
    this.#isOfOtherRun = seen === undefined
    this.#next = (seen ?? 0) + 1
  }

  /** Id of the last event that was read or passed over. A reader that comes back names it. */
  get position(): string {
    return `${this.#log.run}-${this.#next - 1}`
  }

  /** What is there now, `undefined` when nothing is. */
  take(): Reading | undefined {
    if (this.#isClosed) return { type: 'end' }
    if (this.#isOfOtherRun) {
      this.#isOfOtherRun = false
      return { type: 'gap', missed: undefined }
    }
    for (;;) {
      const found = this.#log.at(this.#next)
      if (found === undefined) return this.#log.isClosed ? { type: 'end' } : undefined
      if ('missed' in found) {
        this.#next += found.missed
        return { type: 'gap', missed: found.missed }
      }
      this.#next++
      if (matches(this.#filter, found.event)) return { type: 'event', logged: found }
    }
  }

  /** What comes next; `idle` after `idleMs` without anything. */
  async next(idleMs: number): Promise<Reading> {
    let changed = Promise.withResolvers<void>()
    let isIdle = false
    const timer = setTimeout(() => {
      isIdle = true
      changed.resolve()
    }, idleMs)
    this.#wake = () => changed.resolve()
    const unwatch = this.#log.watch(this.#wake)
    try {
      for (;;) {
        const taken = this.take()
        if (taken !== undefined) return taken
        if (isIdle) return { type: 'idle' }
        await changed.promise
        changed = Promise.withResolvers()
      }
    } finally {
      clearTimeout(timer)
      unwatch()
      this.#wake = undefined
    }
  }

  close(): void {
    this.#isClosed = true
    this.#wake?.()
  }
}

/** Undefined for an id that this log has not given. */
function numberOf(log: EventLog, id: string): number | undefined {
  const [, run, digits] = /^([a-z0-9]{1,32})-(\d{1,15})$/.exec(id) ?? []
  const number = Number(digits)
  return run === log.run && number <= log.last ? number : undefined
}
