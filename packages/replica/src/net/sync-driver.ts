import { CodecError, FrameError } from '@stoa/codec'
import { syncMessages } from '../core/sync-codec.ts'
import type { FrameStream } from '@stoa/codec'
import type { PeerId } from '@libp2p/interface'
import type { Session, SessionEffect, SessionEvent, SessionReport } from '../core/session.ts'
import type { Hello } from '../core/sync-message.ts'
import type { Clock } from './clock.ts'
import type { SyncHost } from './sync-host.ts'

export interface DriverInit {
  session: Session
  frames: FrameStream
  peer: PeerId
  host: SyncHost
  clock: Clock
  onHello: (hello: Hello, offsetMs: number) => void
  /** Called whenever it may have moved. */
  onProgress: (progress: Session['progress']) => void
}

export interface DrivenReport extends SessionReport {
  readonly bytesOut: number
}

/** A clock that was set back by more than this, in ms, ends a session: its limits could not be kept. */
const CLOCK_SLACK_MS = 1_000

/** Runs one session over a stream: its effects are done, their results go back to it. */
export class SyncDriver {
  readonly #init: DriverInit
  readonly #ended = Promise.withResolvers<DrivenReport>()
  #bytesOut = 0
  #hasEnded = false
  #timer: unknown
  #wakeMs = 0
  #input: PromiseWithResolvers<void> | undefined

  constructor(init: DriverInit) {
    this.#init = init
  }

  /** Never rejects. @param effects those the session began with */
  async run(effects: readonly SessionEffect[]): Promise<DrivenReport> {
    this.#perform(effects)
    void this.#read()
    return this.#ended.promise
  }

  stop(): void {
    this.#handle({ type: 'stop' })
  }

  #handle(event: SessionEvent): void {
    if (this.#hasEnded) return
    const { session, clock } = this.#init
    this.#perform(session.handle(event, clock.now()))
  }

  #perform(effects: readonly SessionEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') this.#send(effect)
      else if (effect.type === 'read') void this.#readStore(effect.itemIds)
      else if (effect.type === 'ingest') void this.#ingest(effect)
      else if (effect.type === 'hello') this.#init.onHello(effect.hello, effect.offsetMs)
      else return this.#end(effect.report)
    }
    if (this.#hasEnded) return
    if (this.#init.session.wantsInput) this.#input?.resolve()
    this.#arm()
  }

  async #read(): Promise<void> {
    const { frames, session } = this.#init
    try {
      do {
        for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
          const frameBytes = frame.byteLength
          this.#handle({ type: 'message', message: syncMessages.decode(frame), frameBytes })
          if (this.#hasEnded) return
          while (!session.wantsInput) {
            this.#input = Promise.withResolvers()
            await this.#input.promise
            if (this.#hasEnded) return
          }
        }
      } while (await frames.more())
      this.#handle({ type: 'closed' })
    } catch (error) {
      const isBreach = error instanceof CodecError || error instanceof FrameError
      this.#handle(isBreach ? { type: 'bad-message', why: error.message } : { type: 'closed' })
    }
  }

  #send({ message }: Extract<SessionEffect, { type: 'send' }>): void {
    const { frames } = this.#init
    const frame = syncMessages.encode(message)
    this.#bytesOut += frame.byteLength
    try {
      frames.enqueue(frame)
    } catch {
      // whoever reads is told that the stream is gone
      return
    }
    if (message.type === 'entries') void this.#awaitRoom()
  }

  async #awaitRoom(): Promise<void> {
    const { frames } = this.#init
    try {
      // after the effects of the same event, and when what was queued has been handed over
      await Promise.resolve()
      if (!frames.hasRoom) await frames.room()
    } catch {
      return
    }
    this.#handle({ type: 'room' })
  }

  async #readStore(itemIds: readonly Uint8Array[]): Promise<void> {
    try {
      this.#handle({ type: 'read', entries: await this.#init.host.read(itemIds) })
    } catch {
      this.#handle({ type: 'stop' })
    }
  }

  async #ingest({ batch, arrivals }: Extract<SessionEffect, { type: 'ingest' }>): Promise<void> {
    const { host, peer, session, onProgress } = this.#init
    try {
      const verdicts = await host.ingest(arrivals, peer)
      this.#handle({ type: 'judged', batch, verdicts })
      if (!this.#hasEnded) onProgress(session.progress)
    } catch {
      this.#handle({ type: 'stop' })
    }
  }

  #arm(): void {
    const { clock, session } = this.#init
    const { wakeMs } = session
    // later is seen to when the timer has run: most frames only put the end off
    if (this.#timer !== undefined && this.#wakeMs <= wakeMs) return
    clock.clearTimeout(this.#timer)
    this.#wakeMs = wakeMs
    this.#timer = clock.setTimeout(() => this.#tick(), Math.max(1, wakeMs - clock.now()))
  }

  #tick(): void {
    this.#timer = undefined
    const { clock } = this.#init
    this.#handle({ type: clock.now() < this.#wakeMs - CLOCK_SLACK_MS ? 'stop' : 'tick' })
  }

  #end(report: SessionReport): void {
    this.#hasEnded = true
    this.#init.clock.clearTimeout(this.#timer)
    this.#input?.resolve()
    const { frames } = this.#init
    // what was queued, such as the reason, leaves; a peer that does not read it is cut off
    if (report.reason === 'lost') frames.abort(new Error('sync session lost'))
    else void frames.close()
    this.#ended.resolve({ ...report, bytesOut: this.#bytesOut })
  }
}
