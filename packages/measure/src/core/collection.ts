import { MAX_COPIES, MAX_MESSAGE_BYTES, NOT_ARRIVED } from '../limits.ts'
import { delaysOf, quantile } from '../statistics.ts'
import type { PeerPropagation, PropagationReport } from '../report.ts'
import type { ClockOffset } from './clock-offset.ts'

/** Clocks drift apart between a probe and the exchange: crystals are good for 100 ppm each. */
const DRIFT = 200e-6
/** Points of the distribution: one for each hundredth, and the smallest. */
const POINTS = 100

export interface AnswerOf {
  run: Uint8Array
  baseUs: number
  afterUs: Uint8Array
  duplicates: number
  receivedBytes: number
}

export interface CollectionInit {
  run: Uint8Array
  topic: string
  count: number
  bytes: number
  intervalMs: number
  maxAnswers: number
}

/** The answers to one run of our own. Times are those of our clock, in ms. */
export class Collection {
  readonly #init: CollectionInit
  /** When each probe was published; NaN: it was not. */
  readonly #publishedMs: Float64Array
  readonly #answers = new Map<string, { answer: AnswerOf; atMs: number }>()
  readonly #clocks = new Map<string, ClockOffset>()
  #sent = 0
  #refused = 0

  constructor(init: CollectionInit) {
    this.#init = init
    this.#publishedMs = new Float64Array(init.count).fill(NaN)
  }

  get sent(): number {
    return this.#sent
  }

  get answers(): number {
    return this.#answers.size
  }

  published(seq: number, atMs: number): void {
    this.#publishedMs[seq] = atMs
    this.#sent++
  }

  isOf(run: Uint8Array): boolean {
    const own = this.#init.run
    return run.byteLength === own.byteLength && own.every((byte, index) => byte === run[index])
  }

  /** Whether it is taken. */
  answer(peer: string, answer: AnswerOf, atMs: number): boolean {
    const { count, maxAnswers } = this.#init
    const isFine =
      this.#answers.size < maxAnswers &&
      !this.#answers.has(peer) &&
      answer.afterUs.byteLength === 4 * count &&
      Number.isSafeInteger(answer.baseUs) &&
      answer.duplicates <= MAX_COPIES * count &&
      answer.receivedBytes <= MAX_COPIES * MAX_MESSAGE_BYTES * count
    if (isFine) this.#answers.set(peer, { answer, atMs })
    else this.#refused++
    return isFine
  }

  clock(peer: string, offset: ClockOffset): void {
    this.#clocks.set(peer, offset)
  }

  /** @param onDelay told each delay */
  report(onDelay: (delayMs: number) => void): PropagationReport {
    const { topic, bytes, intervalMs } = this.#init
    const all: number[] = []
    const peers: PeerPropagation[] = []
    let [duplicates, receivedBytes, received, impossible] = [0, 0, 0, 0]
    for (const [peer, { answer, atMs }] of this.#answers) {
      const clock = this.#clocks.get(peer)
      if (clock === undefined) continue
      const placed = this.#delaysOf(answer, atMs, clock)
      impossible += placed.impossible
      received += placed.delaysMs.length
      duplicates += answer.duplicates
      receivedBytes += answer.receivedBytes
      for (const delayMs of placed.delaysMs) {
        all.push(delayMs)
        onDelay(delayMs)
      }
      peers.push({
        peer,
        received: placed.delaysMs.length,
        delaysMs: delaysOf(placed.delaysMs),
        duplicates: answer.duplicates,
        rttMs: clock.rttMs,
        clockOffsetMs: clock.offsetMs,
      })
    }
    return {
      topic,
      probes: { sent: this.#sent, bytes, intervalMs },
      delaysMs: delaysOf(all),
      distribution: distributionOf(all),
      receivers: peers.length,
      reached: peers.length === 0 ? 0 : received / (peers.length * Math.max(1, this.#sent)),
      duplicates: received === 0 ? 0 : duplicates / received,
      bytesPerDelivery: received === 0 ? 0 : receivedBytes / received,
      discarded: { arrivals: impossible, answers: this.#refused, withoutClock: this.#answers.size - peers.length },
      peers,
    }
  }

  /** All delays of the peers that answered. */
  #delaysOf(answer: AnswerOf, answeredMs: number, clock: ClockOffset): { delaysMs: number[]; impossible: number } {
    const delaysMs: number[] = []
    let impossible = 0
    const view = new DataView(answer.afterUs.buffer, answer.afterUs.byteOffset)
    for (const [seq, publishedMs] of this.#publishedMs.entries()) {
      const afterUs = view.getUint32(4 * seq)
      if (afterUs === NOT_ARRIVED) continue
      const arrivedMs = (answer.baseUs + afterUs) / 1_000 - clock.offsetMs
      const errorMs = clock.rttMs / 2 + DRIFT * Math.abs(clock.atMs - arrivedMs)
      // what was not published, came before it was, or after we had heard of it, did not happen
      if (publishedMs - arrivedMs <= errorMs && arrivedMs - answeredMs <= errorMs) {
        delaysMs.push(Math.max(0, arrivedMs - publishedMs))
      } else impossible++
    }
    return { delaysMs, impossible }
  }
}

function distributionOf(delaysMs: readonly number[]): Array<[delayMs: number, share: number]> {
  if (delaysMs.length === 0) return []
  const sorted = Float64Array.from(delaysMs).sort()
  return Array.from({ length: POINTS + 1 }, (_, point) => [quantile(sorted, point / POINTS), point / POINTS])
}
