import { peerRoutingSymbol, serviceCapabilities, serviceDependencies, start, stop } from '@libp2p/interface'
import { TypedEventEmitter } from 'main-event'
import { DiscoveryCore } from './core/core.ts'
import { addressText, addressTexts, namedPeer, parsePeerId } from './net/addresses.ts'
import { BookStore } from './net/book-store.ts'
import { draw, steadyClock } from './net/clock.ts'
import { Dht } from './net/dht.ts'
import { ALWAYS_IDLE, Driver } from './net/driver.ts'
import { PeerExchange } from './net/exchange.ts'
import { LinkWatcher } from './net/link-watcher.ts'
import { resolveOptions } from './options.ts'
import { dhtProtocol, peersProtocol } from './protocols.ts'
import { peersOf, statusOf } from './status.ts'
import type { Notice, Source } from './core/model.ts'
import type { DiscoveryComponents } from './components.ts'
import type { DiscoveryInit, DiscoveryOptions } from './options.ts'
import type { DiscoveryPeer, DiscoveryStatus } from './status.ts'
import type { PeerDiscovery, PeerId, PeerInfo, PeerRouting, Startable, Stream, Connection } from '@libp2p/interface'

export interface DiscoveryEvents {
  /** A peer we did not know. */
  'peer:found': CustomEvent<{ peer: PeerId; source: Source }>
  /** As many peers of our network are connected as we want. */
  'target:reached': CustomEvent<{ connected: number; target: number }>
  'target:lost': CustomEvent<{ connected: number; target: number }>
}

/** Who to know and who to dial, as a libp2p service. spec/discovery.md */
export class DiscoveryService extends TypedEventEmitter<DiscoveryEvents> implements Startable {
  /** The peer exchange protocol; whoever speaks it is of our network. */
  readonly protocol: string
  readonly network: string
  readonly #components: DiscoveryComponents
  readonly #options: DiscoveryOptions
  readonly #exchange: PeerExchange
  readonly #clock = steadyClock()
  readonly #dht: Dht | undefined
  readonly #mdns: PeerDiscovery | undefined
  readonly #core: () => DiscoveryCore
  #running: { driver: Driver; core: DiscoveryCore; watcher: LinkWatcher } | undefined

  readonly [Symbol.toStringTag] = '@stoa/discovery'
  readonly [serviceCapabilities] = ['@stoa/discovery']
  readonly [serviceDependencies]: string[]

  constructor(components: DiscoveryComponents, init: DiscoveryInit = {}) {
    super()
    const options = resolveOptions(init)
    this.#components = components
    this.#options = options
    this.network = options.network
    this.protocol = peersProtocol(options.network)
    this.#exchange = new PeerExchange(options)
    this.#mdns = options.mdns?.(components)
    this.#dht = options.dht ? this.#createDht() : undefined
    this[serviceDependencies] = options.dht ? ['@libp2p/identify', '@libp2p/ping'] : ['@libp2p/identify']
    const idle = new DiscoveryCore(this.#coreInit(), this.#clock.nowMs())
    this.#core = () => this.#running?.core ?? idle
    components.metrics?.registerMetricGroup('stoa_discovery_peers', {
      label: 'state',
      help: 'Peers of the network: connected, of those dialled by us, known, known and reached before; strangers connected',
      calculate: () => {
        const { connected, outbound, known, proven, strangers } = this.#core().counts()
        return { connected, outbound, known, proven, strangers }
      },
    })
    components.metrics?.registerCounter('stoa_discovery_refused_addresses_total', {
      help: 'Addresses that others told us and that are not allowed, each time they were heard of',
      calculate: () => this.#core().counts().refusedAddresses,
    })
  }

  /** libp2p finds the addresses of a peer through our DHT. */
  get [peerRoutingSymbol](): PeerRouting | undefined {
    const inner = (this.#dht?.kad as { [peerRoutingSymbol]?: PeerRouting } | undefined)?.[peerRoutingSymbol]
    return inner === undefined ? undefined : this.#dht?.routing(inner)
  }

  status(): DiscoveryStatus {
    const { network, targetPeers: target } = this.#options
    return statusOf(this.#core(), { network, target, nowMs: this.#clock.nowMs() })
  }

  /** Everybody we know or are connected to. */
  peers(): DiscoveryPeer[] {
    return peersOf(this.#core())
  }

  /** Before anything listens, so that whoever connects first already learns that we are of its network. */
  async beforeStart(): Promise<void> {
    if (this.#running !== undefined) return
    const { registrar, datastore } = this.#components
    const store = new BookStore(datastore, this.network)
    const core = new DiscoveryCore(this.#coreInit(), this.#clock.nowMs())
    const driver = this.#createDriver(core, store)
    const watcher = this.#createWatcher(driver)
    this.#running = { driver, core, watcher }
    watcher.start()
    await registrar.handle(this.protocol, this.#onStream, { maxInboundStreams: 2, maxOutboundStreams: 2 })
    const entries = await store.load(this.#options.maxProven + this.#options.maxUnproven)
    const bootstrap = this.#options.bootstrap.map(address => ({
      address: namedPeer(address) === undefined ? address.toString() : addressText(address),
      peer: namedPeer(address),
    }))
    this.#begin = () => driver.handle({ type: 'start', entries, bootstrap })
  }

  async start(): Promise<void> {
    if (this.#dht !== undefined) await start(this.#dht.kad)
    this.#mdns?.addEventListener('peer', this.#onMdns)
    if (this.#mdns !== undefined) await start(this.#mdns)
  }

  /** Only now is the connection manager ready to dial. */
  afterStart(): void {
    this.#begin?.()
    this.#begin = undefined
  }

  #begin: (() => void) | undefined

  async stop(): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    running.watcher.stop()
    this.#mdns?.removeEventListener('peer', this.#onMdns)
    if (this.#mdns !== undefined) await stop(this.#mdns)
    await this.#components.registrar.unhandle(this.protocol)
    await running.driver.stop()
    if (this.#dht !== undefined) await stop(this.#dht.kad)
  }

  #coreInit() {
    return { self: this.#components.peerId.toString(), limits: this.#options, allows: this.#options.allows, draw }
  }

  #createDht(): Dht {
    return new Dht(this.#components, {
      protocol: dhtProtocol(this.network),
      allows: this.#options.allows,
      onTold: (teller, closer) => this.#heard('dht', closer, teller),
      reach: async (peer, mayDial) => {
        if (this.#running === undefined) throw new Error('discovery is not running')
        await this.#running.driver.reach(peer, mayDial)
      },
    })
  }

  #createDriver(core: DiscoveryCore, store: BookStore): Driver {
    const { connectionManager, logger } = this.#components
    const { addressDialTimeoutMs, flushIntervalMs, walkTimeoutMs } = this.#options
    return new Driver({
      core,
      store,
      connectionManager,
      clock: this.#clock,
      log: logger.forComponent('stoa:discovery'),
      addressDialTimeoutMs,
      flushIntervalMs,
      idleProtocols: new Set([...ALWAYS_IDLE, this.protocol, dhtProtocol(this.network)]),
      ask: (peer, count, signal) =>
        this.#exchange.ask(connectionManager, { peer, protocol: this.protocol, count }, signal),
      walk: async signal => this.#dht?.walk(AbortSignal.any([signal, AbortSignal.timeout(walkTimeoutMs)])),
      notice: notice => this.#notice(notice),
    })
  }

  #createWatcher(driver: Driver): LinkWatcher {
    const { events, connectionManager } = this.#components
    const { maxAddressesPerPeer } = this.#options
    const handle = driver.handle.bind(driver)
    return new LinkWatcher({ events, connectionManager, protocol: this.protocol, maxAddressesPerPeer, handle })
  }

  readonly #onStream = async (stream: Stream, connection: Connection): Promise<void> => {
    const driver = this.#running?.driver
    if (driver === undefined) return stream.abort(new Error('discovery is stopping'))
    const { peerStore } = this.#components
    const answer = (count: number) => driver.answer(connection.remotePeer.toString(), count)
    await this.#exchange.serve(stream, connection, { peerStore, answer, signal: driver.signal })
  }

  readonly #onMdns = (event: CustomEvent<PeerInfo>): void => this.#heard('mdns', [event.detail])

  #heard(source: 'mdns' | 'dht', peers: readonly PeerInfo[], teller?: PeerId): void {
    const { maxAddressesPerPeer } = this.#options
    const heard = peers.map(({ id, multiaddrs }) => ({
      peer: id.toString(),
      addresses: addressTexts(multiaddrs, maxAddressesPerPeer),
    }))
    this.#running?.driver.handle({ type: 'heard', source, teller: teller?.toString(), peers: heard })
  }

  #notice(notice: Notice): void {
    const { type, ...detail } = notice
    if (type !== 'peer:found') return void this.safeDispatchEvent(type, { detail })
    const peer = parsePeerId(notice.peer)
    if (peer !== undefined) this.safeDispatchEvent('peer:found', { detail: { peer, source: notice.source } })
  }
}

/** `createLibp2p({ services: { identify: identify(), identifyPush: identifyPush(), ping: ping(), discovery: discovery({ … }) } })` */
export function discovery(init: DiscoveryInit = {}): (components: DiscoveryComponents) => DiscoveryService {
  return components => new DiscoveryService(components, init)
}
