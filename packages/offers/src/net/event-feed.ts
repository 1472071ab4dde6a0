import { aborted } from '../errors.ts'
import { EventBuffer } from '../core/event-buffer.ts'
import type { Offer } from '../offer.ts'
import type { OfferFilter } from '../filter.ts'
import type { OfferEvent, OfferRef, Watch } from '../watch.ts'

/** One thing that happened, whose events may have to be read first. */
export type Happening = () => OfferEvent | AsyncIterable<OfferEvent>

export interface EventFeedInit {
  maxBufferedEvents: number
  isOwn: (event: OfferRef) => boolean
  /** Whether anybody but watches listens. */
  hasListeners: () => boolean
  dispatch: (event: OfferEvent) => void
}

/** Happenings that wait while bodies are read. One of them can be all the offers of an owner. */
const MAX_WAITING = 8_192

/** Tells watches and listeners what happened, in order. Nothing is read while nobody listens. */
export class EventFeed {
  readonly #init: EventFeedInit
  readonly #watches = new Set<OfferWatch>()
  #waiting: Happening[] = []
  #missed = 0
  #isRunning = false

  constructor(init: EventFeedInit) {
    this.#init = init
  }

  get isHeard(): boolean {
    return this.#watches.size > 0 || this.#init.hasListeners()
  }

  tell(happening: Happening): void {
    if (!this.isHeard) return
    if (this.#waiting.length >= MAX_WAITING) {
      this.#missed++
      return
    }
    this.#waiting.push(happening)
    if (!this.#isRunning) void this.#run()
  }

  watch(filter: OfferFilter, signal: AbortSignal | undefined): Watch {
    const { maxBufferedEvents, isOwn } = this.#init
    const watch = new OfferWatch(maxBufferedEvents, signal, () => this.#watches.delete(watch))
    watch.accepts = event =>
      (filter.market === undefined || event.market === filter.market) &&
      (filter.owner === undefined || event.owner.equals(filter.owner)) &&
      (filter.own !== true || isOwn(event))
    if (signal?.aborted !== true) this.#watches.add(watch)
    return watch
  }

  /** Ends all watches, which may still read what they hold. */
  close(): void {
    for (const watch of this.#watches) watch.end()
    this.#waiting = []
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting
        this.#waiting = []
        for (const happening of batch) {
          await this.#tellNow(happening)
          if (this.#missed > 0) this.#tellMissed()
        }
      }
    } finally {
      this.#isRunning = false
    }
  }

  async #tellNow(happening: Happening): Promise<void> {
    const events = happening()
    if (!(Symbol.asyncIterator in events)) this.#deliver(events)
    else {
      try {
        for await (const event of events) this.#deliver(event)
      } catch {
        // the store could not be read: whoever listens finds out by listing again
        this.#missed++
      }
    }
  }

  #deliver(event: OfferEvent): void {
    for (const watch of this.#watches) watch.push(event)
    if (this.#init.hasListeners()) this.#init.dispatch(event)
  }

  #tellMissed(): void {
    const missed = this.#missed
    this.#missed = 0
    for (const watch of this.#watches) watch.miss(missed)
    if (this.#init.hasListeners()) this.#init.dispatch({ type: 'lagged', missed })
  }
}

class OfferWatch implements Watch {
  accepts: (event: OfferRef) => boolean = () => true
  readonly #buffer: EventBuffer<OfferEvent>
  readonly #signal: AbortSignal | undefined
  readonly #onEnd: () => void
  #waiting: Array<PromiseWithResolvers<IteratorResult<OfferEvent, undefined>>> = []
  #isEnded = false

  constructor(maxEvents: number, signal: AbortSignal | undefined, onEnd: () => void) {
    this.#buffer = new EventBuffer(maxEvents)
    this.#signal = signal
    this.#onEnd = onEnd
    if (signal?.aborted === true) this.#isEnded = true
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  push(event: OfferEvent): void {
    if (event.type !== 'lagged' && !this.accepts(event)) return
    const reader = this.#waiting.shift()
    if (reader !== undefined) reader.resolve({ value: event, done: false })
    else this.#buffer.push(event)
  }

  miss(count: number): void {
    this.#buffer.miss(count)
    const reader = this.#waiting.shift()
    if (reader !== undefined) reader.resolve(this.#take()!)
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
    for (const reader of this.#waiting.splice(0)) {
      if (this.#signal?.aborted === true) reader.reject(aborted(this.#signal))
      else reader.resolve({ value: undefined, done: true })
    }
    this.#onEnd()
  }

  async next(): Promise<IteratorResult<OfferEvent, undefined>> {
    if (this.#signal?.aborted === true) throw aborted(this.#signal)
    const taken = this.#take()
    if (taken !== undefined) return taken
    if (this.#isEnded) return { value: undefined, done: true }
    const reader = Promise.withResolvers<IteratorResult<OfferEvent, undefined>>()
    this.#waiting.push(reader)
    return reader.promise
  }

  async return(): Promise<IteratorResult<OfferEvent, undefined>> {
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

  #take(): IteratorResult<OfferEvent, undefined> | undefined {
    const taken = this.#buffer.shift()
    if (taken === undefined) return undefined
    return { value: 'item' in taken ? taken.item : { type: 'lagged', missed: taken.missed }, done: false }
  }

  readonly #onAbort = (): void => {
    this.#buffer.clear()
    this.end()
  }
}

/** A watch of a market whose offers are shown as something else, or not at all. */
export function mapWatch<T extends Offer>(watch: Watch, show: (offer: Offer) => T | undefined): Watch<T> {
  const mapped: Watch<T> = {
    async next() {
      for (;;) {
        const { value: event, done } = await watch.next()
        if (done === true || event === undefined) return { value: undefined, done: true }
        if (!('offer' in event)) return { value: event, done: false }
        const offer = show(event.offer)
        if (offer !== undefined) return { value: { ...event, offer }, done: false }
      }
    },
    async return() {
      await watch.return?.()
      return { value: undefined, done: true }
    },
    [Symbol.asyncIterator]: () => mapped,
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  }
  return mapped
}
