import type { NodeEvent } from './event.ts'

export interface EventLogInit {
  /** Events held for readers that fall behind or come back. */
  maxEvents?: number
  /** Bytes of JSON held for them. */
  maxBytes?: number
  /** Tells this run of the node from others: an id of another run must not be taken for one of this. */
  run: string
}

export const EVENT_LOG_DEFAULTS = { maxEvents: 1_024, maxBytes: 4_194_304 } as const

export interface LoggedEvent {
  readonly number: number
  readonly event: NodeEvent
  readonly json: string
}

/**
 * The last events, numbered from 1. Readers keep a position and nothing else, so a slow one costs no memory: when the event
 * it wants is gone, it learns how many it has missed.
 */
export class EventLog {
  readonly run: string
  readonly #max: { events: number; bytes: number }
  readonly #held: LoggedEvent[] = []
  readonly #watchers = new Set<() => void>()
  #bytes = 0
  #last = 0
  #isClosed = false

  constructor(init: EventLogInit) {
    this.run = init.run
    const { maxEvents = EVENT_LOG_DEFAULTS.maxEvents, maxBytes = EVENT_LOG_DEFAULTS.maxBytes } = init
    this.#max = { events: maxEvents, bytes: maxBytes }
  }

  /** Number of the newest event, 0 before the first. */
  get last(): number {
    return this.#last
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  append(event: NodeEvent): void {
    if (this.#isClosed) return
    const json = JSON.stringify(event)
    this.#held.push({ number: ++this.#last, event, json })
    this.#bytes += json.length
    while (this.#held.length > this.#max.events || (this.#bytes > this.#max.bytes && this.#held.length > 1)) {
      this.#bytes -= this.#held.shift()!.json.length
    }
    this.#wake()
  }

  /** The event of that number; how many from there on are gone; or undefined when it has not happened yet. */
  at(number: number): LoggedEvent | { missed: number } | undefined {
    if (number > this.#last) return undefined
    const first = this.#last - this.#held.length + 1
    return number < first ? { missed: first - number } : this.#held[number - first]
  }

  /** Calls back after each event and when the log is closed, until it is told to stop. */
  watch(callback: () => void): () => void {
    this.#watchers.add(callback)
    return () => void this.#watchers.delete(callback)
  }

  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  #wake(): void {
    for (const callback of this.#watchers) callback()
  }
}
