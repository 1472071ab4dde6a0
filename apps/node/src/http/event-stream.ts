import { EventReader } from '../events/event-reader.ts'
import { ApiError } from './errors.ts'
import type { EventFilter } from '../events/event.ts'
import type { Reading } from '../events/event-reader.ts'
import type { Node } from '../node/node.ts'

/** A comment this often, in ms, so that both sides notice when the other is gone. */
const KEEP_ALIVE_MS = 15_000
/** Events that are there already travel together, up to so many characters. */
const MAX_CHUNK_LENGTH = 65_536
/** Readers at one time. Connections remain for the other requests. */
export const MAX_READERS = 32

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of a node, to many readers. */
export class EventStreams {
  readonly #node: Pick<Node, 'events' | 'join' | 'follow'>
  readonly #maxReaders: number
  #readers = 0

  constructor(node: Pick<Node, 'events' | 'join' | 'follow'>, maxReaders = MAX_READERS) {
    this.#node = node
    this.#maxReaders = maxReaders
  }

  get readers(): number {
    return this.#readers
  }

  /**
   * Joins the topics and follows the markets of the filter for as long as it is read. Nothing is made before the socket can take it, so a reader that
   * stops reading holds one position in the log.
   * @throws {ApiError} `too-many-readers`; {BroadcastError} `bad-topic`; {OffersError} `bad-market`
   */
  open(filter: EventFilter, after: string | undefined): ReadableStream<Uint8Array> {
    if (this.#readers >= this.#maxReaders) {
      throw new ApiError('too-many-readers', `${this.#maxReaders} readers of events are connected, which is the limit`)
    }
    const { events } = this.#node
    const joined = new DisposableStack()
    const reader = new EventReader({ log: events, filter, after })
    joined.defer(() => reader.close())
    // all or none
    try {
      for (const topic of filter.topics) joined.use(this.#node.join(topic))
      for (const market of filter.markets) joined.use(this.#node.follow(market))
      if (filter.offers) joined.use(this.#node.follow(undefined))
    } catch (error) {
      joined.dispose()
      throw error
    }
    this.#readers++
    joined.defer(() => this.#readers--)
    const encoder = new TextEncoder()
    let isFirst = true
    let isCancelled = false

    return new ReadableStream<Uint8Array>(
      {
        pull: async controller => {
          if (isFirst) {
            isFirst = false
            const data = JSON.stringify({ event: 'listening', ...filter })
            controller.enqueue(encoder.encode(`retry: 1000\n\n${frame('listening', reader.position, data)}`))
            return
          }
          let reading: Reading | undefined = await reader.next(KEEP_ALIVE_MS)
          let chunk = ''
          for (; reading !== undefined && reading.type !== 'end'; reading = reader.take()) {
            chunk += render(reading, reader.position)
            if (chunk.length >= MAX_CHUNK_LENGTH || reading.type === 'idle') break
          }
          if (chunk !== '' && !isCancelled) controller.enqueue(encoder.encode(chunk))
          if (reading?.type !== 'end' || isCancelled) return
          joined.dispose()
          controller.close()
        },
        cancel: () => {
          isCancelled = true
          joined.dispose()
        },
      },
      { highWaterMark: 0 },
    )
  }
}

function render(reading: Exclude<Reading, { type: 'end' }>, position: string): string {
  switch (reading.type) {
    case 'event':
      return frame(reading.logged.event.event, position, reading.logged.json)
    case 'gap':
      return frame('gap', position, JSON.stringify({ event: 'gap', missed: reading.missed ?? null }))
    case 'idle':
      return ': nothing new\n\n'
  }
}

/** JSON holds no line break, so `data` is one line. */
function frame(event: string, id: string, data: string): string {
  return `event: ${event}\nid: ${id}\ndata: ${data}\n\n`
}
