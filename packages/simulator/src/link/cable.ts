import { SEGMENT_BYTES } from '@stoa/testkit'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import { Uint8ArrayList } from 'uint8arraylist'
import type { AbortOptions, Logger, MessageStreamDirection } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { LinkSettings, Schedule } from '@stoa/testkit'
import type { DilatedTime } from '../time/dilated-time.ts'
import type { SharedBytes } from './shared-bytes.ts'

export interface CableInit {
  time: DilatedTime
  shared: SharedBytes
  link: LinkSettings
  /** When what this end sends arrives at the other. */
  schedule: Schedule
  remoteAddr: Multiaddr
  direction: MessageStreamDirection
  log: Logger
}

type Parcel = { atMs: number } & ({ bytes: Uint8ArrayList } | { end: 'close' | 'reset' })

/**
 * One end of a connection between two nodes of this process. What it sends arrives at the other end when the link says: the head of a frame,
 * and its body in one piece, which is cheaper for all that parse it than the parts it was sent in. It is what testkit's impaired memory
 * transport does, with a third of its work for each frame.
 */
export class Cable extends AbstractMultiaddrConnection {
  readonly #init: CableInit
  readonly #sending: Parcel[] = []
  #next = 0
  #inFlightBytes = 0
  #isSenderWaiting = false
  #other: Cable | undefined
  #timer: ReturnType<DilatedTime['setTimeout']> | undefined

  constructor(init: CableInit) {
    super({ remoteAddr: init.remoteAddr, direction: init.direction, log: init.log })
    this.#init = init
  }

  plug(other: Cable): void {
    this.#other = other
  }

  sendData(data: Uint8ArrayList): SendResult {
    const { time, schedule, link, shared } = this.#init
    const sentBytes = data.byteLength
    let atMs = 0
    for (let start = 0; start < sentBytes; start += SEGMENT_BYTES) {
      ;({ atMs } = schedule.arrival(Math.min(SEGMENT_BYTES, sentBytes - start), time.now(), link))
    }
    this.#inFlightBytes += sentBytes
    this.#send({ atMs, bytes: whole(data, shared) })
    const canSendMore = this.#inFlightBytes < link.maxInFlightBytes
    this.#isSenderWaiting ||= !canSendMore
    return { sentBytes, canSendMore }
  }

  sendClose(_options?: AbortOptions): Promise<void> {
    this.#send({ atMs: this.#afterAll(), end: 'close' })
    return Promise.resolve()
  }

  sendReset(): void {
    this.#sending.length = this.#next
    this.#send({ atMs: this.#afterAll(), end: 'reset' })
  }

  // as memory's: what arrives waits in libp2p's read buffer
  sendPause(): void {}

  sendResume(): void {}

  #afterAll(): number {
    const last = this.#sending.at(-1)?.atMs ?? 0
    return Math.max(last, this.#init.time.now() + this.#init.link.latencyMs)
  }

  #send(parcel: Parcel): void {
    this.#sending.push(parcel)
    if (this.#timer === undefined) this.#wait(parcel)
  }

  #wait(parcel: Parcel): void {
    const { time } = this.#init
    this.#timer = time.setTimeout(this.#deliver, parcel.atMs - time.now())
  }

  readonly #deliver = (): void => {
    this.#timer = undefined
    const nowMs = this.#init.time.now()
    for (let parcel = this.#sending[this.#next]; parcel !== undefined && parcel.atMs <= nowMs;) {
      this.#next++
      this.#hand(parcel)
      parcel = this.#sending[this.#next]
    }
    if (this.#next === this.#sending.length) {
      this.#sending.length = 0
      this.#next = 0
    } else if (this.#timer === undefined) {
      this.#wait(this.#sending[this.#next]!)
    }
  }

  #hand(parcel: Parcel): void {
    const other = this.#other!
    if ('end' in parcel) {
      if (other.status !== 'open' && other.status !== 'closing') return
      if (parcel.end === 'reset') other.onRemoteReset()
      else other.onTransportClosed()
      return
    }
    this.#inFlightBytes -= parcel.bytes.byteLength
    if (other.status === 'open') other.onData(parcel.bytes)
    if (this.#isSenderWaiting && this.#inFlightBytes <= this.#init.link.maxInFlightBytes / 2) {
      this.#isSenderWaiting = false
      this.safeDispatchEvent('drain')
    }
  }
}

/** Longer than the header of a yamux frame, and what V8 keeps within its heap, in bytes. */
const MOST_HEAD_BYTES = 64
/** A body shorter than this is not worth to look for, in bytes. */
const LEAST_SHARED_BYTES = 512

/**
 * What was sent, in buffers of its own: the sender may write to those that it gave, and of Node's pool a short piece would keep 8 KiB in
 * memory. A slice of a Buffer is no copy.
 */
function whole(data: Uint8ArrayList, shared: SharedBytes): Uint8ArrayList {
  const [head, ...body] = data
  const bodyBytes = data.byteLength - (head?.byteLength ?? 0)
  if (head === undefined || head.byteLength > MOST_HEAD_BYTES || bodyBytes < LEAST_SHARED_BYTES) {
    return new Uint8ArrayList(new Uint8Array(data.subarray()))
  }
  return new Uint8ArrayList(new Uint8Array(head), shared.of(body, bodyBytes))
}
