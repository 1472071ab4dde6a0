import { clockOffset } from '../core/clock-offset.ts'
import { Collection } from '../core/collection.ts'
import { aborted, MeasureError, throwIfAborted } from '../errors.ts'
import { ANSWER_ATTEMPTS, QUIET_MS, RUN_BYTES } from '../limits.ts'
import { askClock } from './clocks.ts'
import { fromBroadcast } from './measured-topics.ts'
import { wait } from './wait.ts'
import type { PeerId } from '@libp2p/interface'
import type { AnswerOf } from '../core/collection.ts'
import type { MeasureOptions, PropagationPlan } from '../options.ts'
import type { PropagationReport } from '../report.ts'
import type { PropagationOptions, PropagationProgress } from '../service.ts'
import type { ClockInit } from './clocks.ts'
import type { ProbeTopic } from './measured-topics.ts'

/** What a dial and the first answer may take, in ms, beyond the time that answers are spread over. */
const LATEST_ANSWER_MS = 3_000
/** RFC 5905 §10 keeps eight, too. On machines that are busy some of more are far better. */
const EXCHANGES = { least: 8, most: 32 }
/** A peer that is slower than this to say what its clock says is left out, in ms. */
const CLOCK_TIMEOUT_MS = 5_000

/** Below this round trip, in ms, it is processors that peers wait for, and each that is asked at the same time makes the others’ clocks less sure. */
const SHORT_RTT_MS = 20

export interface ProberInit {
  plan: PropagationPlan
  limits: Pick<MeasureOptions, 'maxAnswers' | 'maxArrivals' | 'maxClockPeers' | 'readyMs'>
  topic: ProbeTopic
  clock: ClockInit
  signal: AbortSignal
  onProgress: PropagationOptions['onProgress']
  onDelay: (delayMs: number) => void
}

/** One run of our own, from the first probe to its report. */
export class Prober {
  readonly #init: ProberInit
  readonly #run: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(RUN_BYTES))
  readonly #collection: Collection
  readonly #waiting: PeerId[] = []
  readonly #asking = new Set<Promise<void>>()
  readonly #enough = new AbortController()
  #clockPeers: number
  #phase: PropagationProgress['phase'] = 'waiting'

  constructor(init: ProberInit) {
    const { topic, count, bytes, intervalMs } = init.plan
    const { maxAnswers, maxArrivals } = init.limits
    this.#init = init
    this.#clockPeers = Math.ceil(init.limits.maxClockPeers / 4)
    this.#collection = new Collection({
      run: this.#run,
      topic,
      count,
      bytes,
      intervalMs,
      maxAnswers: Math.min(maxAnswers, Math.max(1, Math.floor(maxArrivals / count))),
    })
  }

  /** @throws {MeasureError} `no-receivers`, `not-started`, `aborted`, `failed` */
  async run(): Promise<PropagationReport> {
    const { plan, signal } = this.#init
    const { intervalMs, answerMs, receivers } = plan
    await this.#ready()
    await this.#publish()
    this.#enter('answers')
    const patienceMs = QUIET_MS + 2 * intervalMs + ANSWER_ATTEMPTS * answerMs + LATEST_ANSWER_MS
    if (this.#collection.answers < receivers) await wait(patienceMs, AbortSignal.any([signal, this.#enough.signal]))
    while (this.#asking.size > 0 && !signal.aborted) await Promise.all(this.#asking)
    throwIfAborted(signal)
    return this.#collection.report(this.#init.onDelay)
  }

  /** Whether it is an answer to this run, and of use. */
  answer(peer: PeerId, answer: AnswerOf): boolean {
    if (!this.#collection.isOf(answer.run)) return false
    if (!this.#collection.answer(peer.toString(), answer, this.#init.clock.now())) return false
    this.#waiting.push(peer)
    this.#askNext()
    this.#tell()
    return true
  }

  async #ready(): Promise<void> {
    const { topic, limits, signal, plan } = this.#init
    const { readyMs } = limits
    this.#tell()
    try {
      await topic.ready({ signal: AbortSignal.any([signal, AbortSignal.timeout(readyMs)]) })
    } catch (error) {
      throwIfAborted(signal)
      const failure = fromBroadcast(error)
      if (failure.code !== 'aborted') throw failure
      const name = JSON.stringify(plan.topic)
      throw new MeasureError(
        'no-receivers',
        `nobody takes part for topic ${name} after ${readyMs.toLocaleString('en')} ms`,
      )
    }
  }

  async #publish(): Promise<void> {
    const { topic, plan, signal, clock } = this.#init
    const { bytes, count, intervalMs, answerMs, share } = plan
    this.#enter('probing')
    const startMs = clock.now()
    for (let seq = 0; seq < count; seq++) {
      const dueMs = startMs + seq * intervalMs - clock.now()
      if (dueMs > 0) await wait(dueMs, signal)
      throwIfAborted(signal)
      try {
        const { recipients, publishedMs } = await topic.publish(
          { run: this.#run, seq, count, intervalMs, answerMs, share, bytes },
          { signal },
        )
        if (recipients > 0) this.#collection.published(seq, publishedMs)
      } catch (error) {
        throw signal.aborted ? aborted(signal) : fromBroadcast(error)
      }
      this.#tell()
    }
    if (this.#collection.sent > 0) return
    throw new MeasureError('no-receivers', `none of ${count.toLocaleString('en')} probes found anybody on the topic`)
  }

  #askNext(): void {
    while (this.#asking.size < this.#clockPeers) {
      const peer = this.#waiting.shift()
      if (peer === undefined) break
      const asking = this.#ask(peer).finally(() => {
        this.#asking.delete(asking)
        this.#askNext()
      })
      this.#asking.add(asking)
    }
    if (this.#collection.answers >= this.#init.plan.receivers) this.#enough.abort()
  }

  async #ask(peer: PeerId): Promise<void> {
    const { clock, signal } = this.#init
    try {
      const offset = clockOffset(await askClock(clock, peer, EXCHANGES, CLOCK_TIMEOUT_MS, signal))
      if (offset === undefined) return
      this.#collection.clock(peer.toString(), offset)
      const { maxClockPeers } = this.#init.limits
      this.#clockPeers += offset.rttMs < SHORT_RTT_MS ? -1 : 1
      this.#clockPeers = Math.min(maxClockPeers, Math.max(Math.ceil(maxClockPeers / 4), this.#clockPeers))
    } catch {
      // one receiver whose delays are not known; the report says how many these are
    }
  }

  #enter(phase: PropagationProgress['phase']): void {
    this.#phase = phase
    this.#tell()
  }

  #tell(): void {
    const { onProgress, plan } = this.#init
    onProgress?.({
      phase: this.#phase,
      sent: this.#collection.sent,
      count: plan.count,
      receivers: this.#collection.answers,
    })
  }
}
