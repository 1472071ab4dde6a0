import { FrameError, frameStream } from '@stoa/codec'
import { Uint8ArrayList } from 'uint8arraylist'
import { MAX_RPC_BYTES } from './router.ts'
import type { Stream } from '@libp2p/interface'

/** What a peer sends is read ahead by this much, in bytes, while its last RPC is handled. */
const READ_AHEAD_BYTES = 65_536
/** What a peer may have sent before it notices that it is not read, in bytes: the window of the stream. It bounds what a graylisted peer can park here. */
const WINDOW_BYTES = 524_288
/** Of a chunk, for each byte of a frame in it. */
const MOST_PINNED_PER_BYTE = 2
/** How long a stream that was replaced may take to end, in ms. */
const CLOSE_TIMEOUT_MS = 1_000

export interface InboundEvents {
  /** The peer broke framing, or announced a frame longer than any may be. The stream is lost. */
  brokenFrame(): void
  /** A frame was not a gossipsub RPC. */
  brokenRpc(): void
  /** A frame arrived, so many bytes with its length. */
  received(bytes: number): void
  ended(link: InboundLink): void
}

/**
 * The stream that gossipsub reads from, in place of the raw one: `for await` over a raw stream takes whatever the peer sends, however slowly
 * it is handled. Here the peer waits for the frame before to be handled.
 */
export class InboundLink {
  readonly #events: InboundEvents
  readonly #frames
  /** A frame was given to gossipsub and has not come out as an RPC. */
  #isUndecoded = false

  constructor(stream: Stream, events: InboundEvents) {
    this.#events = events
    this.#frames = frameStream(stream, {
      maxFrameBytes: MAX_RPC_BYTES,
      pauseAtBytes: READ_AHEAD_BYTES,
      maxUnreadBytes: READ_AHEAD_BYTES + WINDOW_BYTES,
      closeTimeoutMs: CLOSE_TIMEOUT_MS,
    })
  }

  /** gossipsub decoded the frame that it got last. What it cannot decode it drops without a word. */
  decoded(): void {
    this.#isUndecoded = false
  }

  /** What gossipsub 17.1.1 uses of a stream that it reads from. */
  asStream(): Stream {
    const standIn = {
      protocol: this.#frames.protocol,
      close: () => this.#frames.close(),
      abort: (error: Error) => this.#frames.abort(error),
      [Symbol.asyncIterator]: () => this.#read(),
    }
    return standIn as unknown as Stream
  }

  async *#read(): AsyncGenerator<Uint8ArrayList> {
    try {
      for (let frame = await this.#frames.read(); frame !== undefined; frame = await this.#frames.read()) {
        this.#isUndecoded = true
        // gossipsub strips an empty frame without handing it on: not an RPC either
        const prefix = prefixOf(frame.byteLength)
        this.#events.received(prefix.byteLength + frame.byteLength)
        if (frame.byteLength > 0) yield new Uint8ArrayList(prefix, unpinned(frame))
        if (this.#isUndecoded) this.#events.brokenRpc()
      }
    } catch (error) {
      if (error instanceof FrameError) {
        this.#events.brokenFrame()
        this.#frames.abort(error)
      }
      throw error
    } finally {
      this.#events.ended(this)
    }
  }
}

/** Messages are kept for seconds and must not keep much more than themselves in memory: one that has a small part of its chunk is copied. */
function unpinned(frame: Uint8Array): Uint8Array {
  return frame.byteLength * MOST_PINNED_PER_BYTE < frame.buffer.byteLength ? frame.slice() : frame
}

function prefixOf(length: number): Uint8Array {
  const bytes = []
  let rest = length
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Uint8Array.of(...bytes, rest)
}
