import { SEGMENT_BYTES } from './schedule.ts'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Clock, ClockTimer } from '../clock.ts'
import type { LinkSettings } from './link.ts'
import type { Schedule } from './schedule.ts'

export interface WireInit {
  clock: Clock
  schedule: Schedule
  /** Hands bytes to the real connection; false when that is full. */
  deliver: (bytes: Uint8ArrayList) => boolean
  /** Asked whenever bytes move, so that a change of settings acts on the next of them. */
  link: () => LinkSettings
  stalled: () => boolean
  /** There is room again after `send` took less than it was given. */
  onRoom: () => void
}

interface Segment {
  readonly bytes: Uint8ArrayList
  readonly atMs: number
}

/** One direction of a connection: bytes that are under way, in order, never more than `maxInFlightBytes`. */
export class Wire {
  readonly #init: WireInit
  #segments: Segment[] = []
  #inFlightBytes = 0
  #timer: ClockTimer
  #receiverFull = false
  #senderWaits = false
  #emptied = Promise.withResolvers<void>()

  constructor(init: WireInit) {
    this.#init = init
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes
  }

  /** Takes as many bytes as there is room for, and says how many. */
  send(bytes: Uint8ArrayList): number {
    const { clock, schedule, link } = this.#init
    const settings = link()
    const room = Math.max(0, settings.maxInFlightBytes - this.#inFlightBytes)
    const taken = Math.min(room, bytes.byteLength)
    for (let start = 0; start < taken; start += SEGMENT_BYTES) {
      const segment = bytes.sublist(start, Math.min(start + SEGMENT_BYTES, taken))
      const { atMs } = schedule.arrival(segment.byteLength, clock.now(), settings)
      this.#segments.push({ bytes: segment, atMs })
    }
    this.#inFlightBytes += taken
    this.#senderWaits ||= taken < bytes.byteLength
    this.pump()
    return taken
  }

  /** The receiver has room again. */
  receiverDrained(): void {
    this.#receiverFull = false
    this.pump()
  }

  /** Delivers what has arrived, and sets the timer for what has not. Called again when a partition heals. */
  pump(): void {
    const { clock, deliver, stalled } = this.#init
    clock.clearTimeout(this.#timer)
    if (stalled()) return
    while (!this.#receiverFull && (this.#segments[0]?.atMs ?? Infinity) <= clock.now()) {
      const { bytes } = this.#segments.shift()!
      // deliver may consume the list
      this.#inFlightBytes -= bytes.byteLength
      this.#receiverFull = !deliver(bytes)
    }
    const next = this.#segments[0]
    if (next == null) {
      this.#emptied.resolve()
      this.#emptied = Promise.withResolvers()
    } else if (!this.#receiverFull) {
      this.#timer = clock.setTimeout(() => this.pump(), Math.max(0, Math.ceil(next.atMs - clock.now())))
    }
    // last: a sender that is told sends at once, and so comes back here
    this.#tellSender()
  }

  /** Everything under way arrives now: the end of a test, not of a link. */
  flush(): void {
    this.#segments = this.#segments.map(({ bytes }) => ({ bytes, atMs: -Infinity }))
    this.pump()
  }

  /** Resolves when nothing is under way any more. */
  async empty(): Promise<void> {
    if (this.#segments.length > 0) await this.#emptied.promise
  }

  /** Drops what is under way. */
  drop(): void {
    this.#init.clock.clearTimeout(this.#timer)
    this.#segments = []
    this.#inFlightBytes = 0
    this.#emptied.resolve()
  }

  #tellSender(): void {
    // half empty, as a socket does: not a drain event per segment
    if (!this.#senderWaits || this.#inFlightBytes > this.#init.link().maxInFlightBytes / 2) return
    this.#senderWaits = false
    // not from inside `send`: libp2p notes that it has to wait only after that returns, and would wait for ever
    queueMicrotask(() => this.#init.onRoom())
  }
}
