import { boundStream, StreamError } from '@stoa/codec'
import type { BoundedStream } from '@stoa/codec'
import type { Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** gossipsub sends on one stream and reads on another: nothing is to arrive here, in bytes. */
const UNREAD_BYTES = 1_024
/** The window that every yamux stream begins with, in bytes. */
const WINDOW_BYTES = 262_144

export interface OutboundEvents {
  /** A frame found no room. */
  dropped(): void
  sent(bytes: number): void
}

/**
 * The stream that gossipsub sends on, in place of the raw one. A raw one is reset when its buffer is full, and gossipsub does not open another
 * while the connection lasts: one slow second would cost a peer the topic. Here RPCs that do not fit are dropped.
 */
export class OutboundLink {
  readonly #stream: BoundedStream
  readonly #events: OutboundEvents

  constructor(stream: Stream, maxUnsentBytes: number, events: OutboundEvents) {
    this.#stream = boundStream(stream, {
      maxUnsentBytes,
      pauseAtBytes: UNREAD_BYTES,
      maxUnreadBytes: UNREAD_BYTES + WINDOW_BYTES,
    })
    this.#events = events
  }

  get closed(): Promise<void> {
    return this.#stream.closed
  }

  get hasRoom(): boolean {
    return this.#stream.hasRoom
  }

  /** Resolves when there is room, or none is to come. */
  async room(signal: AbortSignal): Promise<void> {
    await this.#stream.room({ signal }).catch(() => {})
  }

  /** What gossipsub 17.1.1 uses of a stream that it sends on. */
  asStream(): Stream {
    const standIn = {
      protocol: this.#stream.protocol,
      send: (data: Uint8ArrayList) => this.#send(data),
      close: () => this.#stream.closeWrite(),
      abort: (error: Error) => this.#stream.abort(error),
      addEventListener: (type: string, listener: (event: { error?: Error }) => void) => {
        if (type === 'close') void this.#stream.closed.then(() => listener({}))
      },
    }
    return standIn as unknown as Stream
  }

  #send(data: Uint8ArrayList): boolean {
    try {
      // read first: the stream may consume the list
      const bytes = data.byteLength
      const hasRoom = this.#stream.send(data)
      this.#events.sent(bytes)
      return hasRoom
    } catch (error) {
      if (error instanceof StreamError && error.code === 'overflow') this.#events.dropped()
      throw error
    }
  }
}
