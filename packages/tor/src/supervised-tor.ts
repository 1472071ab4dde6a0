import { TypedEventEmitter } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { addOnion, removeOnion } from './control/onion-service.ts'
import { Backoff } from './core/backoff.ts'
import { parseBootstrap } from './core/bootstrap.ts'
import { Uploads } from './core/uploads.ts'
import { aborted, TorError } from './errors.ts'
import { pause } from './process/pause.ts'
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
  #control: ControlConnection | undefined
  #state: TorState = 'starting'
  #bootstrap: BootstrapProgress = { percent: 0, summary: 'Starting' }
  #socks: SocketAddress | undefined
  #target: SocketAddress | undefined
  #servedBy: ControlConnection | undefined
  #uploads: Uploads | undefined
  #hasProofOfWork: boolean | undefined
  #isReachable = false
  #restarts = 0
  #reason: TorError | undefined
  #running: Promise<void> | undefined

  constructor(parts: Parts) {
    super()
    this.options = parts.options
    this.#parts = parts
    this.#backoff = new Backoff(parts.options.restartMs, parts.options.maxRestartMs)
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
    if (this.#target !== undefined) throw new TorError('bad-option', 'the onion address is listened on already')
    this.#target = target
    try {
      if (this.#control !== undefined) await this.#publish(this.#control)
    } catch (error) {
      this.#target = undefined
      throw error
    }
    return () => this.#withdraw()
  }

  status(): TorStatus {
    return {
      state: this.#state,
      bootstrap: this.#bootstrap,
      onion: this.onion().toString(),
      isReachable: this.#isReachable,
      hasProofOfWork: this.#hasProofOfWork,
      pid: this.#parts.source.pid,
      restarts: this.#restarts,
      reason: this.#reason,
    }
  }

  async reachable({ signal = NEVER }: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#until('reachable', () => this.#isReachable, [
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
    this.#isReachable = false
    this.#hasProofOfWork = undefined
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
        const control = await this.#open(signal)
        this.#restarts++
        return control
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
      control.onEvent = text => this.#onEvent(text)
      try {
        await control.ask('SETEVENTS STATUS_CLIENT HS_DESC')
        this.#socks = await source.socks(control)
        this.#control = control
        await this.#publish(control)
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

  async #publish(control: ControlConnection): Promise<void> {
    if (this.#target === undefined || this.#servedBy === control) return
    this.#servedBy = control
    this.#uploads = new Uploads(this.#parts.key.address)
    try {
      const { key } = this.#parts
      this.#hasProofOfWork = await addOnion(control, { key, port: this.options.port, target: this.#target })
    } catch (error) {
      this.#servedBy = undefined
      throw error
    }
  }

  async #withdraw(): Promise<void> {
    this.#target = undefined
    this.#hasProofOfWork = undefined
    this.#isReachable = false
    const control = this.#servedBy
    this.#servedBy = undefined
    // a connection that has ended took the service with it
    if (control !== undefined && control === this.#control) {
      await removeOnion(control, this.#parts.key.address).catch(() => {})
    }
  }

  #onEvent(text: string): void {
    if (text.startsWith('STATUS_CLIENT ')) this.#onBootstrap(text.slice('STATUS_CLIENT '.length))
    if (this.#isReachable || this.#target === undefined) return
    this.#uploads?.push(text)
    if (this.#uploads?.areEnough !== true) return
    this.#isReachable = true
    this.safeDispatchEvent('reachable')
  }

  #onBootstrap(text: string): void {
    const progress = parseBootstrap(text)
    if (progress === undefined || this.#stopping.signal.aborted) return
    const { percent, summary, warning } = this.#bootstrap
    const isNews = progress.percent !== percent || progress.summary !== summary || progress.warning !== warning
    this.#bootstrap = progress
    if (isNews) {
      this.safeDispatchEvent('bootstrap', { detail: progress })
    }
    if (progress.percent < 100 || this.#state === 'up') return
    this.#state = 'up'
    this.#reason = undefined
    this.#backoff.reset()
    this.safeDispatchEvent('up')
  }

  #isDown(reason: TorError): void {
    this.#state = this.#state === 'starting' ? 'starting' : 'down'
    this.#reason = reason
    this.#firstDown.abort()
    this.#isReachable = false
    this.#hasProofOfWork = undefined
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
