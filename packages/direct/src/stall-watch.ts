import { DirectError } from './errors.ts'
import type { FrameStream } from '@stoa/codec'

/**
 * Notices a peer that leaves a frame unfinished, or that does not read what we send, for `stallTimeoutMs` (and half of that again
 * at most). It looks twice in that time and compares what it sees, so that frames cost a count each and no timer.
 */
export class StallWatch {
  framesRead = 0
  framesSent = 0
  readonly #frames: Pick<FrameStream, 'isAtBoundary' | 'hasRoom' | 'unsentBytes'>
  readonly #timer: ReturnType<typeof setInterval>
  readonly #reading = new Standstill()
  readonly #writing = new Standstill()

  constructor(
    frames: Pick<FrameStream, 'isAtBoundary' | 'hasRoom' | 'unsentBytes'>,
    stallTimeoutMs: number,
    onStall: (error: DirectError) => void,
  ) {
    this.#frames = frames
    this.#timer = setInterval(
      () => {
        const what = this.#stalled()
        if (what === undefined) return
        this.stop()
        onStall(new DirectError('timeout', `peer ${what} for ${stallTimeoutMs} ms`))
      },
      Math.max(1, stallTimeoutMs / 2),
    )
    // Node only: a stream must not keep a process alive
    ;(this.#timer as { unref?: () => void }).unref?.()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #stalled(): string | undefined {
    const { isAtBoundary, hasRoom, unsentBytes } = this.#frames
    // without room we stop reading, so a half-read frame says nothing about the peer then
    const isReadStuck = this.#reading.isStuck(isAtBoundary || !hasRoom ? undefined : `${this.framesRead}`)
    const isWriteStuck = this.#writing.isStuck(
      unsentBytes === 0 ? undefined : `${this.framesSent} frames, ${unsentBytes} bytes left`,
    )
    if (isReadStuck) return 'did not finish a frame'
    return isWriteStuck ? 'did not read what was sent' : undefined
  }
}

/** Counts looks and not time: after a pause of the whole process, what has arrived meanwhile is read before the next look. */
class Standstill {
  #seen: string | undefined
  #looks = 0

  /** `state` is undefined while nothing is awaited. */
  isStuck(state: string | undefined): boolean {
    this.#looks = state !== undefined && state === this.#seen ? this.#looks + 1 : 0
    this.#seen = state
    return this.#looks >= 2
  }
}
