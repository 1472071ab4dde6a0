import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { countsSinceLast, noCounts } from './counters.ts'
import { aborted, MeasureError, throwIfAborted } from './errors.ts'
import { DEFAULT_TOPIC } from './limits.ts'
import { histogramsOf } from './metrics.ts'
import { Answerer } from './net/answerer.ts'
import { measureError } from './net/direct-errors.ts'
import { MeasuredTopics } from './net/measured-topics.ts'
import { loadProtocolOf, measureProtocolOf } from './net/protocol.ts'
import { Receiver } from './net/receiver.ts'
import { resolveLoadBytes, resolveOptions, resolvePropagation } from './options.ts'
import type { Logger } from '@libp2p/interface'
import type { Target } from '@stoa/direct'
import type { MeasureComponents } from './components.ts'
import type { Histograms } from './metrics.ts'
import type { ClockInit } from './net/clocks.ts'
import type { PeerTestInit } from './net/peer-test.ts'
import type { Prober } from './net/prober.ts'
import type { MeasureInit, MeasureOptions } from './options.ts'
import type { PeerReport, PropagationReport } from './report.ts'
import type { MeasureService, PeerOptions, PropagationOptions } from './service.ts'

/** A libp2p service: how long messages take, and what they cost. Needs `broadcast()` and `direct()`, registered before it under these names. */
export function measure(init: MeasureInit = {}): (components: MeasureComponents) => MeasureService {
  const options = resolveOptions(init)
  return components => new GossipMeasure(components, options)
}

class GossipMeasure implements MeasureService {
  readonly [Symbol.toStringTag] = '@stoa/measure'
  readonly [serviceCapabilities]: string[] = ['@stoa/measure']
  readonly [serviceDependencies]: string[] = ['@stoa/broadcast', '@stoa/direct']

  readonly counters = noCounts()
  readonly #options: MeasureOptions
  readonly #log: Logger
  readonly #topics: MeasuredTopics
  readonly #receiver: Receiver
  readonly #answerer: Answerer
  readonly #clock: ClockInit
  readonly #peerTest: PeerTestInit
  readonly #histograms: Histograms
  #prober: Prober | undefined
  #isProbing = false
  #isTestingPeer = false
  #running: AbortController | undefined

  constructor(components: MeasureComponents, options: MeasureOptions) {
    const { direct, broadcast, metrics } = components
    const { network, now, maxLoadMs } = options
    const { counters } = this
    const protocol = measureProtocolOf(network)
    const loadProtocol = loadProtocolOf(network)
    this.#options = options
    this.#log = components.logger.forComponent('stoa:measure')
    this.#histograms = histogramsOf(metrics)
    this.#clock = { direct, protocol, now, onRtt: this.#histograms.rtt }
    this.#peerTest = { components, clock: this.#clock, loadProtocol, maxLoadMs }
    this.#topics = new MeasuredTopics({
      network,
      broadcast,
      onProbe: (name, topic, probe, author) => this.#receiver.probe(name, topic, probe, author),
    })
    this.#receiver = new Receiver({
      components,
      options,
      protocol,
      counters,
      log: this.#log,
      topic: name => this.#topics.get(name),
    })
    this.#answerer = new Answerer({
      direct,
      protocol,
      loadProtocol,
      options,
      counters,
      onAnswer: (peer, answer) => this.#prober?.answer(peer, answer) ?? false,
    })
    this.#topics.hold(DEFAULT_TOPIC)
    metrics?.registerCounterGroup('stoa_measure_events_total', {
      label: 'event',
      help: 'Probes, answers, clocks and throughput tests of measurements',
      calculate: countsSinceLast(counters),
    })
  }

  get network(): string {
    return this.#options.network
  }

  get topics(): readonly string[] {
    return this.#topics.names
  }

  get isStarted(): boolean {
    return this.#running !== undefined
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return
    this.#running = new AbortController()
    this.#receiver.start()
    // a node that cannot sign, or has no topic left, still tells its clock
    this.#topics.start((name, error) => this.#log.error('takes no part for topic %s - %e', name, error))
    await this.#answerer.start()
  }

  async stop(): Promise<void> {
    this.#running?.abort(new MeasureError('not-started', 'measure() was stopped'))
    this.#running = undefined
    this.#receiver.stop()
    this.#topics.stop()
    await this.#answerer.stop()
  }

  join(topic: string): Disposable {
    return this.#topics.hold(topic)
  }

  async propagation(given: PropagationOptions = {}): Promise<PropagationReport> {
    const plan = resolvePropagation(given, this.#options)
    const running = this.#assertStarted(given.signal)
    if (this.#isProbing) throw new MeasureError('busy', 'a measurement of the propagation is under way')
    this.#isProbing = true
    try {
      using _held = this.#topics.hold(plan.topic)
      // loaded by those who measure: all others start without it
      const { Prober } = await import('./net/prober.ts')
      this.#prober = new Prober({
        plan,
        limits: this.#options,
        topic: this.#topics.open(plan.topic),
        clock: this.#clock,
        signal: either(given.signal, running),
        onProgress: given.onProgress,
        onDelay: this.#histograms.propagation,
      })
      return await this.#prober.run()
    } catch (error) {
      throw explain(error, given.signal, running)
    } finally {
      this.#prober = undefined
      this.#isProbing = false
    }
  }

  async peer(target: Target, given: PeerOptions = {}): Promise<PeerReport> {
    const bytes = resolveLoadBytes(given)
    const running = this.#assertStarted(given.signal)
    if (this.#isTestingPeer) throw new MeasureError('busy', 'a measurement of a peer is under way')
    this.#isTestingPeer = true
    try {
      const { testPeer } = await import('./net/peer-test.ts')
      return await testPeer(this.#peerTest, target, bytes, either(given.signal, running))
    } catch (error) {
      throw explain(error, given.signal, running)
    } finally {
      this.#isTestingPeer = false
    }
  }

  #assertStarted(signal: AbortSignal | undefined): AbortSignal {
    throwIfAborted(signal)
    if (this.#running === undefined) throw new MeasureError('not-started', 'libp2p is not started')
    return this.#running.signal
  }
}

function either(signal: AbortSignal | undefined, running: AbortSignal): AbortSignal {
  return signal === undefined ? running : AbortSignal.any([signal, running])
}

/** The caller's own signal first: what failed for want of it is not what went wrong. */
function explain(error: unknown, signal: AbortSignal | undefined, running: AbortSignal): MeasureError {
  if (signal?.aborted === true) return aborted(signal)
  if (running.aborted) return running.reason as MeasureError
  return measureError(error)
}
