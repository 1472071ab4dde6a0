import { isPeerId, serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { RefuseRequest } from '@stoa/direct'
import { clockOffset, rttOf } from './core/clock-offset.ts'
import { Rates } from './core/rates.ts'
import { countsSinceLast, noCounts } from './counters.ts'
import { aborted, MeasureError, throwIfAborted } from './errors.ts'
import { DEFAULT_TOPIC } from './limits.ts'
import { askClock } from './net/clocks.ts'
import { measureError } from './net/direct-errors.ts'
import { LoadServer } from './net/load-server.ts'
import { measureLoad } from './net/load.ts'
import { MeasuredTopics } from './net/measured-topics.ts'
import { loadProtocol, measureProtocol } from './net/protocol.ts'
import { Prober } from './net/prober.ts'
import { Receiver } from './net/receiver.ts'
import { resolveLoadBytes, resolveOptions, resolvePropagation } from './options.ts'
import { delaysOf } from './statistics.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { Target } from '@stoa/direct'
import type { MeasureComponents } from './components.ts'
import type { MeasureRequest, MeasureResponse } from './gen/measure.js'
import type { ClockInit } from './net/clocks.ts'
import type { MeasureInit, MeasureOptions } from './options.ts'
import type { PeerReport, PropagationReport } from './report.ts'
import type { MeasureService, PeerOptions, PropagationOptions } from './service.ts'

/** What a peer's clock may take for one answer, in ms. */
const PEER_TIMEOUT_MS = 30_000
/** In seconds: from a local network to one that is in trouble. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

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
  readonly #components: MeasureComponents
  readonly #options: MeasureOptions
  readonly #log: Logger
  readonly #topics: MeasuredTopics
  readonly #receiver: Receiver
  readonly #load: LoadServer
  readonly #clockRates: Rates
  readonly #clock: ClockInit
  readonly #histograms: { propagation?: { observe(value: number): void }; rtt?: { observe(value: number): void } }
  #answered: AsyncDisposable[] = []
  #prober: Prober | undefined
  #isProbing = false
  #isAskingPeer = false
  #running: AbortController | undefined

  constructor(components: MeasureComponents, options: MeasureOptions) {
    const { direct, broadcast, metrics } = components
    const { network, now, clocksPerSecond } = options
    this.#components = components
    this.#options = options
    this.#log = components.logger.forComponent('stoa:measure')
    this.#load = new LoadServer(options, this.counters)
    this.#clockRates = new Rates(clocksPerSecond)
    this.#topics = new MeasuredTopics({
      network,
      broadcast,
      onProbe: (name, topic, probe, author) => this.#receiver.probe(name, topic, probe, author),
    })
    const protocol = measureProtocol(network)
    this.#receiver = new Receiver({
      components,
      options,
      protocol,
      counters: this.counters,
      log: this.#log,
      topic: name => this.#topics.get(name),
    })
    this.#topics.hold(DEFAULT_TOPIC)
    metrics?.registerCounterGroup('stoa_measure_events_total', {
      label: 'event',
      help: 'Probes, answers, clocks and throughput tests of measurements',
      calculate: countsSinceLast(this.counters),
    })
    this.#histograms = {
      propagation: metrics?.registerHistogram('stoa_measure_propagation_seconds', {
        help: 'How long probes of this node took to the nodes that answered',
        buckets: BUCKETS,
      }),
      rtt: metrics?.registerHistogram('stoa_measure_rtt_seconds', {
        help: 'Round trips of the clock exchanges of this node’s measurements',
        buckets: BUCKETS,
      }),
    }
    this.#clock = { direct, protocol, now, onRtt: rttMs => this.#histograms.rtt?.observe(rttMs / 1_000) }
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
    const { direct } = this.#components
    this.#receiver.start()
    // a node that cannot sign, or has no topic left, still answers for its clock
    this.#topics.start((name, error) => this.#log.error('does not take part for topic %s - %e', name, error))
    this.#answered = [
      await direct.handle(this.#clock.protocol, (request, { peer }) => this.#serve(request, peer)),
      await direct.handle(loadProtocol(this.network), (request, { peer }) => this.#load.serve(request, peer)),
    ]
  }

  async stop(): Promise<void> {
    this.#running?.abort(new MeasureError('not-started', 'measure() was stopped'))
    this.#running = undefined
    this.#receiver.stop()
    this.#topics.stop()
    await Promise.all(this.#answered.splice(0).map(answered => answered[Symbol.asyncDispose]()))
  }

  join(topic: string): Disposable {
    return this.#topics.hold(topic)
  }

  async propagation(given: PropagationOptions = {}): Promise<PropagationReport> {
    const plan = resolvePropagation(given, this.#options)
    const { maxAnswers, maxClockPeers, readyMs } = this.#options
    const running = this.#assertStarted(given.signal)
    if (this.#isProbing) throw new MeasureError('busy', 'a measurement of the propagation is under way')
    this.#isProbing = true
    try {
      using _held = this.#topics.hold(plan.topic)
      this.#prober = new Prober({
        plan,
        topic: this.#topics.open(plan.topic),
        clock: this.#clock,
        maxAnswers,
        maxClockPeers,
        readyMs,
        signal: given.signal === undefined ? running : AbortSignal.any([given.signal, running]),
        onProgress: given.onProgress,
        onDelay: delayMs => this.#histograms.propagation?.observe(delayMs / 1_000),
      })
      return await this.#prober.run()
    } catch (error) {
      throw this.#explain(error, given.signal, running)
    } finally {
      this.#prober = undefined
      this.#isProbing = false
    }
  }

  async peer(target: Target, given: PeerOptions = {}): Promise<PeerReport> {
    const bytes = resolveLoadBytes(given)
    const running = this.#assertStarted(given.signal)
    if (this.#isAskingPeer) throw new MeasureError('busy', 'a measurement of a peer is under way')
    this.#isAskingPeer = true
    const signal = given.signal === undefined ? running : AbortSignal.any([given.signal, running])
    try {
      const samples = await askClock(this.#clock, target, signal, PEER_TIMEOUT_MS)
      const offset = clockOffset(samples)
      // the first may have dialled, and opened the stream
      const rttMs = delaysOf(samples.slice(1).map(rttOf))
      if (offset === undefined || rttMs === undefined) {
        throw new MeasureError('malformed', 'the clock of the peer goes backwards')
      }
      const { direct } = this.#components
      const { now, maxLoadMs } = this.#options
      const load = { direct, protocol: loadProtocol(this.network), now, maxLoadMs, signal }
      const none = { sendBytesPerSecond: 0, receiveBytesPerSecond: 0, bytes: 0 }
      return {
        peer: this.#nameOf(target),
        rttMs,
        throughput: bytes === 0 ? none : await measureLoad(load, target, bytes),
        clockOffsetMs: offset.offsetMs,
        clockErrorMs: offset.rttMs / 2,
      }
    } catch (error) {
      throw this.#explain(error, given.signal, running)
    } finally {
      this.#isAskingPeer = false
    }
  }

  /** @throws {RefuseRequest} */
  #serve({ clock, answer }: MeasureRequest, peer: PeerId): MeasureResponse {
    const { now } = this.#options
    const receivedMs = now()
    if (answer !== undefined) {
      const taken = this.#prober?.answer(peer, answer) ?? false
      if (taken) this.counters.answersTaken++
      else this.counters.answersRefused++
      return { taken }
    }
    if (clock === undefined) throw new RefuseRequest('neither a clock request nor an answer')
    if (!this.#clockRates.take(peer.toString(), 1, receivedMs)) {
      this.counters.clocksRefused++
      throw new RefuseRequest('too many clock requests')
    }
    this.counters.clocksTold++
    return { taken: false, clock: { receivedUs: Math.round(receivedMs * 1_000), sentUs: Math.round(now() * 1_000) } }
  }

  #assertStarted(signal: AbortSignal | undefined): AbortSignal {
    throwIfAborted(signal)
    if (this.#running === undefined) throw new MeasureError('not-started', 'libp2p is not started')
    return this.#running.signal
  }

  #explain(error: unknown, signal: AbortSignal | undefined, running: AbortSignal): MeasureError {
    if (signal?.aborted === true) return aborted(signal)
    if (running.aborted) return running.reason as MeasureError
    return measureError(error)
  }

  /** An address need not name the peer behind it. */
  #nameOf(target: Target): string {
    if (isPeerId(target)) return target.toString()
    const addresses = (Array.isArray(target) ? target : [target]).map(address => address.toString())
    const named = addresses[0]?.split('/p2p/').at(-1)
    if (named !== undefined && addresses[0]?.includes('/p2p/')) return named
    const connections = this.#components.connectionManager.getConnections()
    const found = connections.find(({ remoteAddr }) =>
      addresses.some(address => remoteAddr.toString().startsWith(address)),
    )
    return found?.remotePeer.toString() ?? String(addresses[0])
  }
}
