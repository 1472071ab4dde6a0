import { ConnectionFailedError, serviceCapabilities, transportSymbol } from '@libp2p/interface'
import { ImpairedConnection } from './impaired-connection.ts'
import type {
  Connection,
  CreateListenerOptions,
  DialTransportOptions,
  Libp2pEvents,
  Listener,
  MultiaddrConnection,
  PeerId,
  Transport,
  TypedEventTarget,
  Upgrader,
  UpgraderOptions,
  UpgraderWithoutEncryptionOptions,
} from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Links, Peer } from './links.ts'

export interface ImpairedComponents {
  peerId: PeerId
  events: TypedEventTarget<Libp2pEvents>
}

/** Wraps a transport, so that what its connections send is delayed, limited, stalled and cut as `links` say. */
export function impaired<C extends ImpairedComponents>(
  factory: (components: C) => Transport,
  links: Links,
): (components: C) => Transport {
  return components => new ImpairedTransport(factory(components), links, components)
}

class ImpairedTransport implements Transport {
  readonly [transportSymbol] = true
  readonly [serviceCapabilities] = ['@libp2p/transport']
  readonly listenFilter: Transport['listenFilter']
  readonly dialFilter: Transport['dialFilter']
  readonly #inner: Transport
  readonly #links: Links
  readonly #local: Peer
  /** Inbound connections whose peer is not proven yet. */
  readonly #unknown = new Set<ImpairedConnection>()

  constructor(inner: Transport, links: Links, components: ImpairedComponents) {
    this.#inner = inner
    this.#links = links
    this.#local = components.peerId.toString()
    this.listenFilter = addresses => inner.listenFilter(addresses)
    this.dialFilter = addresses => inner.dialFilter(addresses)
    // upgradeInbound returns nothing, so this event is the only place that tells whose connection it became
    components.events.addEventListener('connection:open', event => this.#identify(event.detail))
  }

  get [Symbol.toStringTag]() {
    return this.#inner[Symbol.toStringTag]
  }

  async dial(address: Multiaddr, options: DialTransportOptions): Promise<Connection> {
    const remote = this.#links.owner(address)
    if (this.#links.broken(this.#local, remote) != null) {
      throw new ConnectionFailedError(`${address.toString()} is on the other side of a partition`)
    }
    const upgrader = new ImpairedUpgrader(options.upgrader, inner => this.#impair(inner, remote))
    return this.#inner.dial(address, { ...options, upgrader })
  }

  createListener(options: CreateListenerOptions): Listener {
    const upgrader = new ImpairedUpgrader(options.upgrader, inner => this.#impair(inner, undefined))
    return this.#inner.createListener({ ...options, upgrader })
  }

  #impair(inner: MultiaddrConnection, remote: Peer | undefined): ImpairedConnection {
    const connection = new ImpairedConnection(inner, this.#links, this.#local, remote)
    this.#unknown.add(connection)
    connection.addEventListener('close', () => this.#unknown.delete(connection))
    return connection
  }

  #identify(opened: Connection): void {
    const address = opened.remoteAddr.toString()
    const remote = opened.remotePeer.toString()
    for (const connection of this.#unknown) {
      const own = connection.remoteAddr.toString()
      if (connection.direction !== opened.direction || (address !== own && address !== `${own}/p2p/${remote}`)) continue
      this.#unknown.delete(connection)
      connection.identify(remote)
      return
    }
  }
}

class ImpairedUpgrader implements Upgrader {
  readonly #inner: Upgrader
  readonly #impair: (connection: MultiaddrConnection) => MultiaddrConnection
  readonly createInboundAbortSignal: Upgrader['createInboundAbortSignal']
  readonly getStreamMuxers: Upgrader['getStreamMuxers']
  readonly getConnectionEncrypters: Upgrader['getConnectionEncrypters']

  constructor(inner: Upgrader, impair: (connection: MultiaddrConnection) => MultiaddrConnection) {
    this.#inner = inner
    this.#impair = impair
    this.createInboundAbortSignal = signal => inner.createInboundAbortSignal(signal)
    this.getStreamMuxers = () => inner.getStreamMuxers()
    this.getConnectionEncrypters = () => inner.getConnectionEncrypters()
  }

  upgradeOutbound(connection: MultiaddrConnection, options: UpgraderOptions | UpgraderWithoutEncryptionOptions) {
    return this.#inner.upgradeOutbound(this.#impair(connection), options)
  }

  upgradeInbound(connection: MultiaddrConnection, options: UpgraderOptions | UpgraderWithoutEncryptionOptions) {
    return this.#inner.upgradeInbound(this.#impair(connection), options)
  }
}
