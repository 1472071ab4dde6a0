import { ConnectionFailedError, serviceCapabilities, transportSymbol } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { Cable } from './cable.ts'
import type {
  ComponentLogger,
  Connection,
  CreateListenerOptions,
  DialTransportOptions,
  Listener,
  ListenerEvents,
  PeerId,
  Transport,
} from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Cabling } from './cabling.ts'

export interface CableComponents {
  peerId: PeerId
  logger: ComponentLogger
}

/** Connects the nodes of one simulated network; a dial takes the round trip that TCP's handshake does. */
export function cables(cabling: Cabling, index: number): (components: CableComponents) => Transport {
  return ({ logger }) => ({
    [transportSymbol]: true,
    [serviceCapabilities]: ['@libp2p/transport'],
    [Symbol.toStringTag]: '@stoa/simulator/cables',
    dial: (address, options) => dial(cabling, index, address, options, logger),
    createListener: options => new CableListener(cabling, index, options),
    listenFilter: ownAddresses,
    dialFilter: ownAddresses,
  })
}

export function addressOf(index: number): Multiaddr {
  return multiaddr(`/memory/${index}`)
}

/** Of the other end of a connection, by its address there. */
export function indexOf(remoteAddr: Multiaddr): number {
  return Number.parseInt(remoteAddr.getComponents()[0]!.value!, 10)
}

async function dial(
  cabling: Cabling,
  from: number,
  address: Multiaddr,
  options: DialTransportOptions,
  logger: ComponentLogger,
): Promise<Connection> {
  options.signal.throwIfAborted()
  const to = indexOf(address)
  const accept = cabling.listeners.get(to)
  if (accept === undefined) throw new ConnectionFailedError(`node ${to} does not listen`)
  const { time, shared } = cabling
  const log = logger.forComponent('simulator:cable')
  const [near, far] = [from, to].map(
    (end, side) =>
      new Cable({
        time,
        shared,
        log,
        link: cabling.link(from, to),
        schedule: cabling.schedule(end, side === 0 ? to : from),
        // not the dialler's listening address: it is not one that could be dialled
        remoteAddr: side === 0 ? address : multiaddr(`/memory/${from}-${to}`),
        direction: side === 0 ? 'outbound' : 'inbound',
      }),
  ) as [Cable, Cable]
  near.plug(far)
  far.plug(near)
  const { latencyMs } = cabling.link(from, to)
  await time.sleep(latencyMs)
  accept(far)
  await time.sleep(latencyMs)
  try {
    options.signal.throwIfAborted()
    return await options.upgrader.upgradeOutbound(near, options)
  } catch (error) {
    near.abort(error as Error)
    throw error
  }
}

class CableListener extends TypedEventEmitter<ListenerEvents> implements Listener {
  readonly #cabling: Cabling
  readonly #index: number
  readonly #options: CreateListenerOptions
  readonly #closed = new AbortController()

  constructor(cabling: Cabling, index: number, options: CreateListenerOptions) {
    super()
    this.#cabling = cabling
    this.#index = index
    this.#options = options
  }

  listen(): Promise<void> {
    this.#cabling.listeners.set(this.#index, connection => {
      this.#options.upgrader
        .upgradeInbound(connection, { signal: this.#closed.signal })
        .catch((error: Error) => connection.abort(error))
    })
    queueMicrotask(() => this.safeDispatchEvent('listening'))
    return Promise.resolve()
  }

  getAddrs(): Multiaddr[] {
    return [addressOf(this.#index)]
  }

  updateAnnounceAddrs(): void {}

  close(): Promise<void> {
    this.#cabling.listeners.delete(this.#index)
    this.#closed.abort()
    queueMicrotask(() => this.safeDispatchEvent('close'))
    return Promise.resolve()
  }
}

function ownAddresses(addresses: Multiaddr[]): Multiaddr[] {
  return addresses.filter(address => address.getComponents()[0]?.name === 'memory')
}
