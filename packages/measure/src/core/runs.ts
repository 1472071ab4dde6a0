import { NOT_ARRIVED, QUIET_MS } from '../limits.ts'
import { Rates } from './rates.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Probe } from './probe.ts'

/** Runs that are over, of which late probes are still forwarded. */
const MAX_REMEMBERED = 256
/** A run that goes on for this long after its last probe was due is over, whatever still comes. */
const LATE_MS = 30_000
const BURST_SECONDS = 4

export interface RunLimits {
  probesPerSecond: number
  allProbesPerSecond: number
  probeBytesPerSecond: number
  allProbeBytesPerSecond: number
  maxRuns: number
  maxRunsPerAuthor: number
}

/** What a topic had counted at a moment. */
export interface TopicCounts {
  duplicates: number
  receivedBytes: number
}

export interface Arrival {
  topic: string
  author: string
  probe: Probe
  /** Of the probe, in bytes. */
  bytes: number
  /** By this node's own clock, in ms. */
  atMs: number
  /** Of the topic, before the probe. */
  counts: TopicCounts
}

/** A run of somebody else. */
export interface Run {
  readonly key: string
  readonly topic: string
  readonly author: string
  readonly run: Uint8Array
  readonly answerMs: number
  readonly share: number
  readonly count: number
  readonly intervalMs: number
  /** When each probe came, by seq, in ms; NaN: it did not. */
  readonly arrivedMs: Float64Array
  /** Of the topic, before the first probe. */
  readonly counts: TopicCounts
  received: number
  firstMs: number
  lastMs: number
}

/** `seen`: count it and pass it on. `repeated`, `refused`: neither. */
export type ProbeVerdict = 'seen' | 'repeated' | 'refused'

/** What a receiver knows of the runs of others. Times are those of one clock, in ms. */
export class Runs {
  readonly #limits: RunLimits
  readonly #runs = new Map<string, Run>()
  readonly #over = new Set<string>()
  readonly #authors: { probes: Rates; bytes: Rates }
  readonly #all: { probes: TokenBucket; bytes: TokenBucket }

  constructor(limits: RunLimits, nowMs: number) {
    const { probesPerSecond, allProbesPerSecond, probeBytesPerSecond, allProbeBytesPerSecond } = limits
    this.#limits = limits
    this.#authors = { probes: new Rates(probesPerSecond), bytes: new Rates(probeBytesPerSecond) }
    this.#all = {
      probes: new TokenBucket(allProbesPerSecond, allProbesPerSecond * BURST_SECONDS, nowMs),
      bytes: new TokenBucket(allProbeBytesPerSecond, allProbeBytesPerSecond * BURST_SECONDS, nowMs),
    }
  }

  /** Runs under way. */
  get size(): number {
    return this.#runs.size
  }

  probe(arrival: Arrival): ProbeVerdict {
    const { author, topic, probe, bytes, atMs } = arrival
    if (!this.#pays(author, bytes, atMs)) return 'refused'
    const key = `${topic} ${author} ${hex(probe.run)}`
    if (this.#over.has(key)) return 'seen'
    const run = this.#runs.get(key) ?? this.#begin(key, arrival)
    // a run says the same of itself in each of its probes
    if (run === undefined || run.count !== probe.count) return 'refused'
    if (!Number.isNaN(run.arrivedMs[probe.seq])) return 'repeated'
    run.arrivedMs[probe.seq] = atMs
    run.received++
    run.firstMs = Math.min(run.firstMs, atMs)
    run.lastMs = Math.max(run.lastMs, atMs)
    return 'seen'
  }

  /** Those that are over by now. They are not followed any more. */
  over(nowMs: number): Run[] {
    const ended = [...this.#runs.values()].filter(run => endMs(run) <= nowMs)
    for (const { key } of ended) {
      this.#runs.delete(key)
      this.#over.add(key)
      const [oldest] = this.#over
      if (this.#over.size > MAX_REMEMBERED && oldest !== undefined) this.#over.delete(oldest)
    }
    return ended
  }

  /** When to ask for those that are over; Infinity while there is none. */
  nextMs(): number {
    let next = Infinity
    for (const run of this.#runs.values()) next = Math.min(next, endMs(run))
    return next
  }

  /** What one has to pay all have: an author that is over its rate takes nothing from the others. */
  #pays(author: string, bytes: number, nowMs: number): boolean {
    const { probes, bytes: byteRates } = this.#authors
    const isAffordable =
      this.#all.probes.has(1, nowMs) &&
      this.#all.bytes.has(bytes, nowMs) &&
      probes.has(author, 1, nowMs) &&
      byteRates.has(author, bytes, nowMs)
    if (!isAffordable) return false
    probes.take(author, 1, nowMs)
    byteRates.take(author, bytes, nowMs)
    this.#all.probes.take(1, nowMs)
    this.#all.bytes.take(bytes, nowMs)
    return true
  }

  #begin(key: string, { topic, author, probe, atMs, counts }: Arrival): Run | undefined {
    if (this.#runs.size >= this.#limits.maxRuns) return undefined
    const ofAuthor = [...this.#runs.values()].filter(run => run.author === author).length
    if (ofAuthor >= this.#limits.maxRunsPerAuthor) return undefined
    const { run: id, count, intervalMs, answerMs, share } = probe
    const run: Run = {
      key,
      topic,
      author,
      run: id.slice(),
      answerMs,
      share,
      count,
      intervalMs,
      arrivedMs: new Float64Array(count).fill(NaN),
      counts,
      received: 0,
      firstMs: atMs,
      lastMs: atMs,
    }
    this.#runs.set(key, run)
    return run
  }
}

/** `after_us` of an answer (spec/measure.md §3), and what it is after, in µs. */
export function arrivalsOf({ arrivedMs, firstMs }: Pick<Run, 'arrivedMs' | 'firstMs'>): {
  baseUs: number
  afterUs: Uint8Array<ArrayBuffer>
} {
  const baseUs = Math.round(firstMs * 1_000)
  const afterUs = new Uint8Array(4 * arrivedMs.length)
  const view = new DataView(afterUs.buffer)
  for (const [seq, atMs] of arrivedMs.entries()) {
    const after = Number.isNaN(atMs) ? NOT_ARRIVED : Math.min(Math.round(atMs * 1_000) - baseUs, NOT_ARRIVED - 1)
    view.setUint32(4 * seq, after)
  }
  return { baseUs, afterUs }
}

/** All came, or nothing has for a while, or it has gone on for too long. */
function endMs({ received, count, lastMs, firstMs, intervalMs }: Run): number {
  if (received === count) return lastMs
  return Math.min(lastMs + QUIET_MS + 2 * intervalMs, firstMs + count * intervalMs + LATE_MS)
}

function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
