import { RefuseRequest } from '@stoa/direct'
import { TokenBucket } from '../core/token-bucket.ts'
import { LOAD_CHUNK_BYTES, MAX_LOAD_BYTES } from '../limits.ts'
import type { PeerId } from '@libp2p/interface'
import type { MeasureCounters } from '../counters.ts'
import type { LoadRequest, LoadResponse } from '../gen/measure.js'
import type { MeasureOptions } from '../options.ts'

/** A test that moves nothing for this long is over, in ms. */
const IDLE_MS = 10_000
const EMPTY = new Uint8Array(0)

interface Test {
  readonly peer: string
  takeBytes: number
  giveBytes: number
  lastMs: number
  readonly endMs: number
}

/** Takes and gives what peers test the throughput with: one peer at a time, and so much a minute. */
export class LoadServer {
  readonly #options: MeasureOptions
  readonly #counters: MeasureCounters
  readonly #budget: TokenBucket
  readonly #chunk = new Uint8Array(LOAD_CHUNK_BYTES)
  #test: Test | undefined

  constructor(options: MeasureOptions, counters: MeasureCounters) {
    const { loadBytesPerMinute, now } = options
    this.#options = options
    this.#counters = counters
    this.#budget = new TokenBucket(loadBytesPerMinute / 60, loadBytesPerMinute, now())
  }

  /** @throws {RefuseRequest} */
  serve({ reserve, data, give }: LoadRequest, peerId: PeerId): LoadResponse {
    const peer = peerId.toString()
    const nowMs = this.#options.now()
    if (reserve !== undefined) {
      this.#reserve(peer, reserve, nowMs)
      return { data: EMPTY }
    }
    const test = this.#test
    if (test?.peer !== peer || isOver(test, nowMs)) throw new RefuseRequest('no test is under way')
    test.lastMs = nowMs
    const [takes, gives] = [data?.byteLength ?? 0, give ?? 0]
    if (takes > test.takeBytes || gives > test.giveBytes || Math.max(takes, gives) > LOAD_CHUNK_BYTES) {
      throw new RefuseRequest('more than was reserved')
    }
    test.takeBytes -= takes
    test.giveBytes -= gives
    if (test.takeBytes === 0 && test.giveBytes === 0) this.#test = undefined
    return { data: gives === LOAD_CHUNK_BYTES ? this.#chunk : this.#chunk.subarray(0, gives) }
  }

  #reserve(peer: string, bytes: number, nowMs: number): void {
    const isFree = this.#test === undefined || this.#test.peer === peer || isOver(this.#test, nowMs)
    if (!isFree || bytes < 1 || bytes > MAX_LOAD_BYTES || !this.#budget.take(2 * bytes, nowMs)) {
      this.#counters.loadsRefused++
      throw new RefuseRequest(isFree ? 'more than is served in a minute' : 'another test is under way')
    }
    this.#counters.loadsServed++
    const endMs = nowMs + 2 * this.#options.maxLoadMs + IDLE_MS
    this.#test = { peer, takeBytes: bytes, giveBytes: bytes, lastMs: nowMs, endMs }
  }
}

function isOver({ lastMs, endMs }: Test, nowMs: number): boolean {
  return nowMs >= endMs || nowMs - lastMs >= IDLE_MS
}
