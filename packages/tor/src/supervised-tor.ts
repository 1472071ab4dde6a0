import { TypedEventEmitter } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { Backoff } from './core/backoff.ts'
import { parseBootstrap } from './core/bootstrap.ts'
import { aborted, TorError } from './errors.ts'
import { pause } from './process/pause.ts'
import { Publication } from './publication.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { BootstrapProgress } from './core/bootstrap.ts'
import type { ControlConnection } from './control/connection.ts'
import type { SocketAddress } from './endpoint.ts'
import type { OnionKey } from './onion/key.ts'
import type { TorOptions } from './options.ts'
import type { TorSource } from './process/source.ts'
import type { Tor, TorEvents, TorState, TorStatus } from './tor.ts'

interface Parts {
  options: TorOptions
  key: OnionKey
  source: TorSource
}

const NEVER = new AbortController().signal

/** A Tor that is watched: when it or its control port ends it is brought back, and our onion service with it. */
export class SupervisedTor extends TypedEventEmitter<TorEvents> implements Tor {
  readonly options: TorOptions

  readonly #parts: Parts
  readonly #stopping = new AbortController()
  readonly #firstDown = new AbortController()
  readonly #backoff: Backoff
  readonly #publication: Publication
  #control: ControlConnection | undefined
  #state: TorState = 'starting'
  #bootstrap: BootstrapProgress = { percent: 0, summary: 'Starting' }
  #socks: SocketAddress | undefined
  #starts = 0
  #upSinceMs = 0
  #reason: TorError | undefined
  #running: Promise<void> | undefined

  constructor(parts: Parts) {
    super()
    this.options = parts.options
    this.#parts = parts
    this.#backoff = new Backoff(parts.options.restartMs, parts.options.maxRestartMs)
    this.#publication = new Publication(parts.key, parts.options.port)
  }

  get inbound(): SocketAddress {
    return this.#parts.source.inbound
  }

  /** Resolves when Tor runs. @throws {TorError} what keeps it from that */
  async start(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#stopping.signal])
    await this.#parts.source.check(either)
    this.#running = this.#supervise(await this.#open(either))
  }

  /** @throws {TorError} `bootstrap-failed`, what ended it before, or `aborted` */
  async bootstrapped(signal: AbortSignal): Promise<void> {
    const { bootstrapTimeoutMs } = this.options
    await this.#until('up', () => this.#state === 'up', [
      [signal, () => aborted(signal)],
      [AbortSignal.timeout(bootstrapTimeoutMs), () => this.#notBootstrapped(bootstrapTimeoutMs)],
      [this.#firstDown.signal, () => this.#reason],
    ])
  }

  onion(): Multiaddr {
    return multiaddr(`/onion3/${this.#parts.key.address}:${this.options.port}`)
  }

  socks(): SocketAddress {
    if (this.#state === 'up' && this.#socks !== undefined) return this.#socks
    const { percent, summary } = this.#bootstrap
    const why = this.#reason === undefined ? `is at ${percent} %: ${summary}` : `is down: ${this.#reason.message}`
    throw new TorError('tor-down', `Tor ${this.#state === 'stopped' ? 'was stopped' : why}`)
  }

  async serve(target: SocketAddress): Promise<() => Promise<void>> {
    await this.#publication.begin(target, this.#control)
    return () => this.#publication.end(this.#control)
  }

  status(): TorStatus {
    return {
      state: this.#state,
      bootstrap: this.#bootstrap,
      onion: this.onion().toString(),
      isReachable: this.#publication.isReachable,
      hasProofOfWork: this.#publication.hasProofOfWork,
      pid: this.#parts.source.pid,
      restarts: Math.max(0, this.#starts - 1),
      reason: this.#reason,
    }
  }

  async reachable({ signal = NEVER }: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#until('reachable', () => this.#publication.isReachable, [
      [signal, () => aborted(signal)],
      [this.#stopping.signal, () => new TorError('stopped', 'Tor was stopped')],
    ])
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    // what is being opened now fails then
    await Promise.all([this.#control?.close(), this.#parts.source.end()])
    await this.#running
    await this.#parts.source.close()
    this.#state = 'stopped'
    this.#publication.lost()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #supervise(first: ControlConnection): Promise<void> {
    let control: ControlConnection | undefined = first
    while (control !== undefined) {
      const asking = setInterval(() => this.#askAgain(control), this.options.keepAliveMs)
      const reason = await control.closed
      clearInterval(asking)
      this.#control = undefined
      const said = await this.#parts.source.end()
      if (this.#stopping.signal.aborted) return
      this.#isDown(said === undefined ? reason : new TorError('tor-failed', `Tor ${said}`, { cause: reason }))
      control = await this.#reopen()
    }
  }

  /** Resolves at an event, or when what it tells is so already; rejects when one of the signals fires. */
  async #until(
    event: 'up' | 'reachable',
    isSo: () => boolean,
    ends: ReadonlyArray<[AbortSignal, () => TorError | undefined]>,
  ): Promise<void> {
    const done = new AbortController()
    const once = { once: true, signal: done.signal }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.addEventListener(event, () => resolve(), once)
    for (const [signal, why] of ends) {
      if (signal.aborted) reject(why())
      signal.addEventListener('abort', () => reject(why()), once)
    }
    if (isSo()) resolve()
    try {
      await promise
    } finally {
      done.abort()
    }
  }

  /** A port that does not answer ends its connection by itself. */
  #askAgain(control: ControlConnection | undefined): void {
    control?.info('status/bootstrap-phase').then(
      text => this.#onBootstrap(text),
      () => {},
    )
  }

  async #reopen(): Promise<ControlConnection | undefined> {
    const { signal } = this.#stopping
    for (;;) {
      await pause(this.#backoff.next(), signal)
      if (signal.aborted) return undefined
      try {
        return await this.#open(signal)
      } catch (error) {
        if (signal.aborted) return undefined
        this.#isDown(error as TorError)
      }
    }
  }

  async #open(signal: AbortSignal): Promise<ControlConnection> {
    const { source } = this.#parts
    try {
      const control = await source.open(signal)
      this.#starts++
      control.onEvent = text => this.#onEvent(text)
      try {
        await control.ask('SETEVENTS STATUS_CLIENT HS_DESC')
        this.#socks = await source.socks(control)
        this.#control = control
        await this.#publication.publish(control)
        this.#onBootstrap(await control.info('status/bootstrap-phase'))
        return control
      } catch (error) {
        this.#control = undefined
        await control.close()
        throw error
      }
    } catch (error) {
      const said = await source.end()
      if (signal.aborted || said === undefined || (error as TorError).code !== 'control-failed') throw error
      throw new TorError('tor-failed', `Tor ${said}`, { cause: error })
    }
  }

  #onEvent(text: string): void {
    if (text.startsWith('STATUS_CLIENT ')) this.#onBootstrap(text.slice('STATUS_CLIENT '.length))
    if (this.#publication.onEvent(text)) this.safeDispatchEvent('reachable')
  }

  #onBootstrap(text: string): void {
    const progress = parseBootstrap(text)
    if (progress === undefined || this.#stopping.signal.aborted) return
    const { percent, summary, warning } = this.#bootstrap
    const isNews = progress.percent !== percent || progress.summary !== summary || progress.warning !== warning
    this.#bootstrap = progress
    if (isNews) this.safeDispatchEvent('bootstrap', { detail: progress })
    if (progress.percent < 100 || this.#state === 'up') return
    this.#state = 'up'
    this.#reason = undefined
    this.#upSinceMs = performance.now()
    this.safeDispatchEvent('up')
  }

  #isDown(reason: TorError): void {
    // one that ends again and again as soon as it is up is not started ever faster
    const wasUpMs = this.#state === 'up' ? performance.now() - this.#upSinceMs : 0
    if (wasUpMs >= this.options.maxRestartMs) this.#backoff.reset()
    this.#state = this.#state === 'starting' ? 'starting' : 'down'
    this.#reason = reason
    this.#firstDown.abort()
    this.#publication.lost()
    this.#bootstrap = { percent: 0, summary: 'Starting' }
    this.safeDispatchEvent('down', { detail: reason })
  }

  #notBootstrapped(timeoutMs: number): TorError {
    const { percent, summary, warning } = this.#bootstrap
    const because = warning === undefined ? '' : ` (${warning})`
    return new TorError(
      'bootstrap-failed',
      `Tor is at ${percent} % after ${timeoutMs.toLocaleString('en')} ms: ${summary}${because}. It needs a way to the internet and the right time; where Tor is blocked it needs a bridge, in torrc`,
    )
  }
}
