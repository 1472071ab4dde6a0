import { memoryUsage } from 'node:process'
import { firstDilation, idleDilation, nextDilation } from './auto-dilation.ts'
import { Collector } from './collector.ts'
import { watchLoad } from './load.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { planOf } from './plan.ts'
import { resultOf } from './outcome.ts'
import { throwIfAborted, waitFor, waitUntil } from './wait.ts'
import type { LoadReport } from './load.ts'
import type { Plan } from './plan.ts'
import type { Phase, SimulateOptions } from './progress.ts'
import type { NetworkResult } from './result.ts'
import type { NetworkSettings } from './settings.ts'
import type { DilatedTime } from './time/dilated-time.ts'

/** Of the network, in ms: traffic like that which is measured, to choose the dilation by and to warm the engine up. */
const WARM_UP_MS = 3_000
/** From the last connection until all nodes have a peer in their mesh, at most, in ms: a network in pieces is measured as it is. */
const MESH_MS = 30_000
/** Tries of a dilation before the last one is taken as it is; the result says whether it was enough. */
const MAX_WARM_UPS = 6
/** What the last messages have to arrive, in ms: a message that is lost on all ways is asked for after a heartbeat or two. */
const DRAIN_MS = 15_000
/** Copies arrive after the first: what is waited when all have arrived, besides two latencies, in ms. */
const COPIES_MS = 500
const PROGRESS_MS = 1_000
/** Times that the meshes are looked at while messages flow. */
const MESH_SAMPLES = 10

export async function runNetwork(
  settings: NetworkSettings,
  time: DilatedTime,
  options: SimulateOptions,
): Promise<NetworkResult> {
  const run = new Run(settings, time, options)
  try {
    return await run.run()
  } finally {
    await run.stop()
  }
}

class Run {
  readonly #settings: NetworkSettings
  readonly #time: DilatedTime
  readonly #options: SimulateOptions
  readonly #plan: Plan
  readonly #collector: Collector
  readonly #network: SimulatedNetwork
  readonly #startedMs: number
  readonly #cpu = process.cpuUsage()
  readonly #ticker: NodeJS.Timeout
  #phase: Phase = 'joining'
  #share: () => number = () => 0
  #peakRssBytes = 0

  constructor(settings: NetworkSettings, time: DilatedTime, options: SimulateOptions) {
    this.#settings = settings
    this.#time = time
    this.#options = options
    this.#startedMs = time.real.now()
    this.#plan = planOf(settings)
    this.#collector = new Collector(this.#plan.messages.length, settings.nodes)
    this.#network = new SimulatedNetwork(settings, this.#plan, this.#collector, time)
    this.#ticker = time.real.setInterval(() => this.#tick(), PROGRESS_MS)
  }

  async run(): Promise<NetworkResult> {
    const { settleMs } = this.#settings
    const { signal } = this.#options
    const time = this.#time
    const rssBefore = this.#rss()

    this.#enter('joining', () => this.#network.nodes.length / this.#settings.nodes)
    await this.#network.join(signal)
    await waitFor(time, () => this.#network.isMeshed, MESH_MS, signal)
    time.dilation = idleDilation(this.#settings)
    const settledMs = time.now() + settleMs
    this.#enter('settling', () => 1 - (settledMs - time.now()) / settleMs)
    await waitUntil(time, settledMs, signal)
    const memoryBytes = this.#rss() - rssBefore
    if (this.#settings.dilation === 'auto') await this.#chooseDilation(signal)
    else {
      time.dilation = this.#settings.dilation
      await this.#warmUp(signal)
      await this.#quiet(signal)
    }

    const before = this.#network.traffic()
    const finish = watchLoad()
    const flow = await this.#measure(signal)
    const load: LoadReport = finish()
    const traffic = this.#network.traffic()
    this.#enter('stopping', () => 0)
    return resultOf({
      settings: this.#settings,
      collector: this.#collector,
      dilation: time.dilation,
      load,
      flowMs: flow.ms,
      meshDegrees: flow.meshDegrees,
      joinsMs: this.#network.joinsMs(),
      traffic: traffic.map((after, index) => ({
        receivedBytes: after.receivedBytes - before[index]!.receivedBytes,
        sentBytes: after.sentBytes - before[index]!.sentBytes,
      })),
      unpublished: flow.unpublished,
      droppedByReaders: this.#network.droppedByReaders(),
      memoryBytes,
      wallSeconds: (time.real.now() - this.#startedMs) / 1_000,
      cpuSeconds: (({ user, system }) => (user + system) / 1e6)(process.cpuUsage(this.#cpu)),
      peakRssBytes: Math.max(this.#peakRssBytes, this.#rss()),
    })
  }

  async stop(): Promise<void> {
    this.#time.real.clearInterval(this.#ticker)
    await this.#network.stop()
  }

  async #chooseDilation(signal: AbortSignal | undefined): Promise<void> {
    const time = this.#time
    time.dilation = firstDilation(this.#settings)
    for (let attempt = 0; attempt < MAX_WARM_UPS; attempt++) {
      const { utilization, loopDelayMs } = await this.#warmUp(signal)
      const { dilation, isGood } = nextDilation(time.dilation, { utilization, loopDelayMs: loopDelayMs.p99 })
      time.dilation = dilation
      await this.#quiet(signal)
      if (isGood) return
    }
  }

  /** Traffic as that which is measured: until code has run for a while V8 runs it several times as slowly. */
  async #warmUp(signal: AbortSignal | undefined): Promise<LoadReport> {
    const time = this.#time
    const startMs = time.now()
    this.#enter('warming up', () => (time.now() - startMs) / WARM_UP_MS)
    const finish = watchLoad()
    const { rate } = this.#settings
    for (let index = 0; (index * 1_000) / rate < WARM_UP_MS; index++) {
      await waitUntil(time, startMs + (index * 1_000) / rate, signal)
      void this.#network.publish(this.#plan.messages[index % this.#plan.messages.length]!.node)
    }
    await waitUntil(time, startMs + WARM_UP_MS, signal)
    return finish()
  }

  /** What is under way, perhaps on a clock that was too fast, arrives first. */
  async #quiet(signal: AbortSignal | undefined): Promise<void> {
    await waitUntil(this.#time, this.#time.now() + 2 * this.#settings.latencyMs[1] + COPIES_MS, signal)
  }

  async #measure(signal: AbortSignal | undefined): Promise<{ ms: number; meshDegrees: number[]; unpublished: number }> {
    const time = this.#time
    const { durationMs, latencyMs } = this.#settings
    const { messages } = this.#plan
    const startMs = time.now()
    const meshDegrees: number[] = []
    let unpublished = 0
    this.#enter('measuring', () => (time.now() - startMs) / durationMs)
    for (const [index, { atMs, node }] of messages.entries()) {
      await waitUntil(time, startMs + atMs, signal)
      if (index % Math.ceil(messages.length / MESH_SAMPLES) === 0) meshDegrees.push(...this.#network.meshDegrees())
      void this.#network.publish(node, index).then(isSent => {
        if (!isSent) unpublished++
      })
    }
    await waitUntil(time, startMs + durationMs, signal)
    const lastMs = time.now()
    this.#enter('draining', () => (time.now() - lastMs) / DRAIN_MS)
    await waitFor(time, () => this.#collector.delivered === this.#collector.expected, DRAIN_MS, signal)
    await waitUntil(time, time.now() + 2 * latencyMs[1] + COPIES_MS, signal)
    return { ms: time.now() - startMs, meshDegrees, unpublished }
  }

  #enter(phase: Phase, share: () => number): void {
    this.#phase = phase
    this.#share = share
    this.#tick()
    throwIfAborted(phase === 'stopping' ? undefined : this.#options.signal)
  }

  #tick(): void {
    this.#options.onProgress?.({
      phase: this.#phase,
      share: Math.min(1, Math.max(0, this.#share())),
      dilation: this.#time.dilation,
      delivered: this.#collector.delivered,
      expected: this.#collector.expected,
      wallSeconds: (this.#time.real.now() - this.#startedMs) / 1_000,
      rssBytes: this.#rss(),
    })
  }

  #rss(): number {
    const { rss } = memoryUsage()
    this.#peakRssBytes = Math.max(this.#peakRssBytes, rss)
    return rss
  }
}
