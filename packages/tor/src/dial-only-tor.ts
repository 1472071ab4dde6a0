import { TypedEventEmitter } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { once } from 'node:events'
import { connect } from 'node:net'
import { endpointText } from './endpoint.ts'
import { aborted, TorError } from './errors.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { SocketAddress } from './endpoint.ts'
import type { OnionKey } from './onion/key.ts'
import type { TorOptions } from './options.ts'
import type { Tor, TorEvents, TorStatus } from './tor.ts'

/** A Tor of which we have the SOCKS port only: it can be dialled through, and that is all that is known of it. */
export class DialOnlyTor extends TypedEventEmitter<TorEvents> implements Tor {
  readonly options: TorOptions
  readonly inbound: SocketAddress
  readonly #key: OnionKey
  readonly #socks: SocketAddress
  #isStopped = false

  /** @throws {TorError} `socks-failed` or `aborted` */
  static async open(options: TorOptions, key: OnionKey, socks: SocketAddress, signal: AbortSignal): Promise<Tor> {
    const socket = connect(socks)
    try {
      await once(socket, 'connect', {
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.controlTimeoutMs)]),
      })
    } catch (cause) {
      if (signal.aborted) throw aborted(signal)
      throw new TorError(
        'socks-failed',
        `the SOCKS port ${endpointText(socks)} cannot be reached: ${(cause as Error).message}; is that Tor running?`,
        { cause },
      )
    } finally {
      socket.on('error', () => {}).destroy()
    }
    return new DialOnlyTor(options, key, socks)
  }

  private constructor(options: TorOptions, key: OnionKey, socks: SocketAddress) {
    super()
    this.options = options
    this.inbound = options.existing?.inbound ?? { host: '127.0.0.1', port: 0 }
    this.#key = key
    this.#socks = socks
  }

  onion(): Multiaddr {
    return multiaddr(`/onion3/${this.#key.address}:${this.options.port}`)
  }

  socks(): SocketAddress {
    if (this.#isStopped) throw new TorError('tor-down', 'Tor was stopped')
    return this.#socks
  }

  serve(): Promise<never> {
    return Promise.reject(
      new TorError('bad-option', 'an onion service needs the control port of Tor; set the option control'),
    )
  }

  status(): TorStatus {
    return {
      state: this.#isStopped ? 'stopped' : 'up',
      bootstrap: { percent: 100, summary: 'Not known: no control port' },
      onion: this.onion().toString(),
      isReachable: false,
      hasProofOfWork: undefined,
      pid: undefined,
      restarts: 0,
      reason: undefined,
    }
  }

  async reachable(): Promise<void> {
    await this.serve()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
