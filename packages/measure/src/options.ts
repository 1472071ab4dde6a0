import {
  FULL_SHARE,
  DEFAULT_TOPIC,
  MAX_ANSWER_MS,
  MAX_INTERVAL_MS,
  MAX_LOAD_BYTES,
  MAX_PROBE_BYTES,
  MAX_PROBES,
  MAX_RUN_MS,
  MIN_PROBE_BYTES,
} from './limits.ts'
import { MeasureError } from './errors.ts'
import type { PeerOptions, PropagationOptions } from './service.ts'

export interface MeasureInit {
  /** Nodes of different networks have nothing to measure with each other. */
  network?: string
  /** Probes a second of one author that are counted and forwarded; four times that in a burst. What this node sends stays below it. */
  probesPerSecond?: number
  /** Probes a second of all authors together; four times that in a burst. */
  allProbesPerSecond?: number
  /** Bytes of probes a second of one author; four times that in a burst. */
  probeBytesPerSecond?: number
  /** Bytes of probes a second of all authors together; four times that in a burst. */
  allProbeBytesPerSecond?: number
  /** Runs of others that are followed at one time. */
  maxRuns?: number
  /** Of them, runs of one author. */
  maxRunsPerAuthor?: number
  /** Answers to others that this node sends in a minute. A second search for an author that was not found, and a third, count as one each. */
  answersPerMinute?: number
  /** Answers to a run of this node that are taken. */
  maxAnswers?: number
  /** Arrivals in all answers to a run of this node together: in longer runs fewer answers are taken. */
  maxArrivals?: number
  /** Peers whose clocks are asked at one time, where round trips are long; a quarter of it where they are short. */
  maxClockPeers?: number
  /** Times a second that one peer may ask for the clock; four times that in a burst. */
  clocksPerSecond?: number
  /** Bytes a minute that throughput tests of peers may move through this node, both ways together. */
  loadBytesPerMinute?: number
  /** Longest time that a throughput test goes on in one direction, in ms. */
  maxLoadMs?: number
  /** How long `propagation()` waits for somebody on the topic, in ms. */
  readyMs?: number
  /** For tests: a clock that is never set, in ms since 1970. */
  now?: () => number
}

export const DEFAULTS = {
  network: 'main',
  probesPerSecond: 50,
  allProbesPerSecond: 200,
  probeBytesPerSecond: 262_144,
  allProbeBytesPerSecond: 1_048_576,
  maxRuns: 32,
  maxRunsPerAuthor: 4,
  answersPerMinute: 60,
  maxAnswers: 10_000,
  maxArrivals: 1_000_000,
  maxClockPeers: 16,
  clocksPerSecond: 100,
  loadBytesPerMinute: 134_217_728,
  maxLoadMs: 15_000,
  readyMs: 5_000,
} as const satisfies Required<Omit<MeasureInit, 'now'>>

export type MeasureOptions = Readonly<Required<MeasureInit>>

/** What `propagation()` does unless told otherwise. */
export const PROPAGATION_DEFAULTS = { topic: DEFAULT_TOPIC, count: 100, bytes: 1_024, intervalMs: 100, answerMs: 1_000 }
/** What `peer()` moves each way unless told otherwise, in bytes. */
export const DEFAULT_LOAD_BYTES = 8_388_608

/** Follows no correction of the wall clock: a measurement across one would be wrong by it. */
function monotonicNow(): number {
  return performance.timeOrigin + performance.now()
}

/** @throws {MeasureError} `bad-option` */
export function resolveOptions(init: MeasureInit = {}): MeasureOptions {
  const given = Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
  const options: MeasureOptions = { ...DEFAULTS, now: monotonicNow, ...given }
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(options.network)) {
    throw new MeasureError(
      'bad-option',
      `network is ${JSON.stringify(options.network)}, it takes 1 to 32 of a-z, 0-9 and "-"`,
    )
  }
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (typeof value === 'number') checkInteger(name, options[name as 'maxRuns'], 1, Number.MAX_SAFE_INTEGER)
  }
  return options
}

export type PropagationPlan = Required<Omit<PropagationOptions, 'signal' | 'onProgress' | 'share'>> & {
  /** On the wire. */
  share: number
}

/** @throws {MeasureError} `bad-option` */
export function resolvePropagation(given: PropagationOptions, limits: MeasureOptions): PropagationPlan {
  const { topic, count, bytes, intervalMs, answerMs } = { ...PROPAGATION_DEFAULTS, ...definedOf(given) }
  const { share = 1, receivers = limits.maxAnswers } = given
  checkInteger('count', count, 1, MAX_PROBES)
  checkInteger('bytes', bytes, MIN_PROBE_BYTES, MAX_PROBE_BYTES)
  // what is sent faster is not forwarded, and would be measured as lost
  const fastestMs = Math.ceil(Math.max(1_000 / limits.probesPerSecond, (1_000 * bytes) / limits.probeBytesPerSecond))
  checkInteger('intervalMs', intervalMs, Math.min(fastestMs, MAX_INTERVAL_MS), MAX_INTERVAL_MS)
  if (count * intervalMs > MAX_RUN_MS) {
    const run = `${count.toLocaleString('en')} probes every ${intervalMs.toLocaleString('en')} ms`
    throw new MeasureError('bad-option', `${run} take longer than ${MAX_RUN_MS.toLocaleString('en')} ms`)
  }
  checkInteger('answerMs', answerMs, 1, MAX_ANSWER_MS)
  checkInteger('receivers', receivers, 1, limits.maxAnswers)
  if (!(share > 0 && share <= 1)) {
    throw new MeasureError('bad-option', `share is ${share}, it takes a number above 0 up to 1`)
  }
  return { topic, count, bytes, intervalMs, answerMs, receivers, share: Math.floor(share * FULL_SHARE) }
}

/** @throws {MeasureError} `bad-option` */
export function resolveLoadBytes({ bytes = DEFAULT_LOAD_BYTES }: PeerOptions): number {
  return checkInteger('bytes', bytes, 0, MAX_LOAD_BYTES)
}

function checkInteger(name: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const takes = `an integer from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`
    throw new MeasureError('bad-option', `${name} is ${value}, it takes ${takes}`)
  }
  return value
}

function definedOf(given: PropagationOptions): PropagationOptions {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
