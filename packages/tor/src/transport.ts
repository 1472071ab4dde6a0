import { randomBytes } from 'node:crypto'
import { serviceCapabilities, transportSymbol } from '@libp2p/interface'
import { TorError } from './errors.ts'
import { OnionConnection } from './net/connection.ts'
import { dialOnion } from './net/dial.ts'
import { OnionListener } from './net/listener.ts'
import { onionTarget } from './onion/address.ts'
import type {
  ComponentLogger,
  Connection,
  CounterGroup,
  CreateListenerOptions,
  DialTransportOptions,
  Listener,
  Logger,
  Metrics,
  Transport,
} from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { TorGateway } from './tor.ts'

export interface TorTransportComponents {
  logger: ComponentLogger
  metrics?: Pick<Metrics, 'registerCounterGroup'>
}

/** The libp2p transport of `/onion3/…`: dials through that Tor, and listens on its onion address. */
export function tor(gateway: TorGateway): (components: TorTransportComponents) => Transport {
  return components => new TorTransport(components, gateway)
}

class TorTransport implements Transport {
  readonly [transportSymbol] = true
  readonly [Symbol.toStringTag] = '@stoa/tor'
  readonly [serviceCapabilities] = ['@libp2p/transport']

  readonly #components: TorTransportComponents
  readonly #gateway: TorGateway
  readonly #log: Logger
  readonly #dials: CounterGroup | undefined
  readonly #inbound: CounterGroup | undefined
  /** Others that use the same Tor do not know it, so our circuits are ours. */
  readonly #password = randomBytes(16).toString('hex')
  #pending = 0

  constructor(components: TorTransportComponents, gateway: TorGateway) {
    this.#components = components
    this.#gateway = gateway
    this.#log = components.logger.forComponent('libp2p:tor')
    this.#dials = components.metrics?.registerCounterGroup('stoa_tor_dials_total', {
      label: 'result',
      help: 'Dials over Tor by how they ended',
    })
    this.#inbound = components.metrics?.registerCounterGroup('stoa_tor_inbound_total', {
      label: 'result',
      help: 'Inbound connections over Tor by what became of them',
    })
  }

  /** @throws {TorError} */
  async dial(address: Multiaddr, options: DialTransportOptions): Promise<Connection> {
    const target = onionTarget(address)
    if (target === undefined) {
      throw new TorError(
        'clearnet-address',
        `${address.toString()} is no onion address: nothing else is dialled over Tor`,
      )
    }
    const { maxPendingDials, dialTimeoutMs } = this.#gateway.options
    if (this.#pending >= maxPendingDials) throw new TorError('busy', `${maxPendingDials} dials are under way`)
    this.#pending++
    try {
      options.signal.throwIfAborted()
      const socket = await dialOnion({
        socks: this.#gateway.socks(),
        target,
        user: target.peer ?? randomBytes(16).toString('hex'),
        password: this.#password,
        timeoutMs: dialTimeoutMs,
        signal: options.signal,
      })
      const connection = new OnionConnection({
        socket,
        remoteAddr: address,
        direction: 'outbound',
        log: this.#components.logger.forComponent('libp2p:tor:connection'),
      })
      return await this.#upgrade(connection, options)
    } catch (error) {
      this.#dials?.increment({ [error instanceof TorError ? error.code : 'failed']: true })
      this.#log('dial to %a failed - %e', address, error)
      throw error
    } finally {
      this.#pending--
    }
  }

  createListener({ upgrader }: CreateListenerOptions): Listener {
    return new OnionListener({
      gateway: this.#gateway,
      upgrader,
      logger: this.#components.logger,
      inbound: this.#inbound,
    })
  }

  listenFilter(addresses: Multiaddr[]): Multiaddr[] {
    return addresses.filter(address => onionTarget(address) !== undefined)
  }

  dialFilter(addresses: Multiaddr[]): Multiaddr[] {
    return this.listenFilter(addresses)
  }

  async #upgrade(connection: OnionConnection, options: DialTransportOptions): Promise<Connection> {
    try {
      const upgraded = await options.upgrader.upgradeOutbound(connection, options)
      this.#dials?.increment({ connected: true })
      return upgraded
    } catch (error) {
      connection.abort(error as Error)
      throw error
    }
  }
}
