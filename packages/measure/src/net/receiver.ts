import { peerIdFromString } from '@libp2p/peer-id'
import { DirectError } from '@stoa/direct'
import { sha256 } from 'multiformats/hashes/sha2'
import { concat } from 'uint8arrays/concat'
import { isChosen } from '../core/probe.ts'
import { arrivalsOf, Runs } from '../core/runs.ts'
import { TokenBucket } from '../core/token-bucket.ts'
import { ANSWER_ATTEMPTS } from '../limits.ts'
import { messageBytes } from './protocol.ts'
import { wait } from './wait.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { Verdict } from '@stoa/broadcast'
import type { MeasureComponents } from '../components.ts'
import type { Run } from '../core/runs.ts'
import type { MeasureCounters } from '../counters.ts'
import type { MeasureOptions } from '../options.ts'
import type { ProbeTopic } from './measured-topics.ts'
import type { MeasureProtocol, SizedProbe } from './protocol.ts'

/** How long one try to bring an answer may take, in ms. */
const ANSWER_TIMEOUT_MS = 10_000

export interface ReceiverInit {
  components: MeasureComponents
  options: MeasureOptions
  protocol: MeasureProtocol
  counters: MeasureCounters
  log: Logger
  topic: (name: string) => ProbeTopic | undefined
}

/** Notes when probes of others arrive, and tells their author once. */
export class Receiver {
  readonly #init: ReceiverInit
  readonly #runs: Runs
  readonly #answers: TokenBucket
  #timer: ReturnType<typeof setTimeout> | undefined
  #firesMs = Infinity
  #stopped = new AbortController()

  constructor(init: ReceiverInit) {
    const { answersPerMinute, now } = init.options
    this.#init = init
    this.#runs = new Runs(init.options, now())
    this.#answers = new TokenBucket(answersPerMinute / 60, answersPerMinute, now())
  }

  start(): void {
    this.#stopped = new AbortController()
  }

  stop(): void {
    this.#stopped.abort()
    clearTimeout(this.#timer)
    this.#firesMs = Infinity
    this.#runs.over(Infinity)
  }

  probe(name: string, topic: ProbeTopic, probe: SizedProbe, author: PeerId): Verdict {
    const atMs = this.#init.options.now()
    const { counters } = this.#init
    const { duplicates, receivedBytes } = topic.counters
    // this message itself was counted before it was looked at
    const own = messageBytes(topic.wireTopic, probe.bytes)
    const counts = { duplicates, receivedBytes: receivedBytes - own }
    const verdict = this.#runs.probe({
      topic: name,
      author: author.toString(),
      probe,
      bytes: probe.bytes,
      atMs,
      counts,
    })
    if (verdict === 'refused') counters.probesRefused++
    else if (verdict === 'repeated') counters.probesRepeated++
    else counters.probesSeen++
    if (verdict !== 'seen') return 'ignore'
    this.#schedule()
    return 'accept'
  }

  #schedule(): void {
    const nextMs = this.#runs.nextMs()
    // what is due later only becomes due later still: the timer looks then, and is set anew
    if (nextMs >= this.#firesMs) return
    clearTimeout(this.#timer)
    this.#firesMs = nextMs
    this.#timer = setTimeout(this.#look, Math.max(0, nextMs - this.#init.options.now()))
    ;(this.#timer as { unref?: () => void }).unref?.()
  }

  readonly #look = (): void => {
    this.#firesMs = Infinity
    // a timer may fire up to 1 ms early
    for (const run of this.#runs.over(this.#init.options.now() + 1)) {
      this.#init.counters.runsSeen++
      void this.#answer(run)
    }
    this.#schedule()
  }

  async #answer(run: Run): Promise<void> {
    const { components, counters, options, protocol, log } = this.#init
    const { signal } = this.#stopped
    const name = concat([run.run, components.peerId.toMultihash().bytes])
    if (!isChosen((await sha256.digest(name)).digest, run.share)) return
    const author = peerIdFromString(run.author)
    if (!this.#answers.take(1, options.now())) {
      counters.answersLost++
      return
    }
    for (let attempt = 1; attempt <= ANSWER_ATTEMPTS; attempt++) {
      if (!(await wait(Math.random() * run.answerMs, signal))) return
      try {
        const { taken } = await components.direct.request(
          author,
          protocol,
          { answer: { run: run.run.slice(), ...arrivalsOf(run), ...this.#countedBy(run) } },
          { signal, timeoutMs: ANSWER_TIMEOUT_MS },
        )
        if (taken) counters.answersSent++
        else counters.answersLost++
        return
      } catch (error) {
        log('answer %d to %p failed - %e', attempt, author, error)
        if (!(error instanceof DirectError && error.retryable)) break
        // a search of the network for an author that only just joined it: another one is counted as an answer
        if (error.code === 'not-found' && !this.#answers.take(1, options.now())) break
      }
    }
    counters.answersLost++
  }

  /** What the topic counted since the run began. */
  #countedBy({ topic, counts }: Run): { duplicates: number; receivedBytes: number } {
    const now = this.#init.topic(topic)?.counters ?? counts
    return {
      duplicates: Math.max(0, now.duplicates - counts.duplicates),
      receivedBytes: Math.max(0, now.receivedBytes - counts.receivedBytes),
    }
  }
}
