import { platform } from '#platform'
import { createLibp2p } from 'libp2p'
import { compose } from './compose.ts'
import { StackError } from './errors.ts'
import { resolveOptions } from './resolve-options.ts'
import { modeOf } from './tor/mode.ts'
import { refuseClearnetDials } from './tor/onion-only.ts'
import type { Opened } from './compose.ts'
import type { StackInit, StackOptions } from './options.ts'
import type { TorOptions } from './tor/open-tor.ts'
import type { Libp2p, PeerId, ServiceMap } from '@libp2p/interface'
import type { BroadcastService } from '@stoa/broadcast'
import type { DirectService } from '@stoa/direct'
import type { DiscoveryService } from '@stoa/discovery'
import type { MailboxService } from '@stoa/mailbox'
import type { MeasureService } from '@stoa/measure'
import type { OffersService } from '@stoa/offers'
import type { Level } from '@stoa/replica'
import type { Tor } from '@stoa/tor'

/** Undefined for what was left out with `false`. */
type Unless<Init, Name extends string, Service> = Init extends Record<Name, false> ? undefined : Service
type ServicesOf<Init> = Init extends { services: infer Factories }
  ? { [Name in keyof Factories]: Factories[Name] extends (components: never) => infer Service ? Service : never }
  : ServiceMap

/** A running node. Dispose it, or call `stop`, to close everything it opened. */
export interface Stack<Init extends StackInit = StackInit> extends AsyncDisposable {
  readonly libp2p: Libp2p
  readonly peerId: PeerId
  readonly network: string
  readonly direct: Unless<Init, 'direct', DirectService>
  readonly broadcast: Unless<Init, 'broadcast', BroadcastService>
  /** Undefined also without broadcast, by which offers travel. */
  readonly offers: Init extends { broadcast: false } ? undefined : Unless<Init, 'offers', OffersService>
  /** Undefined also without broadcast or direct, by which mail travels. */
  readonly mailbox: Init extends { broadcast: false } | { direct: false }
    ? undefined
    : Unless<Init, 'mailbox', MailboxService>
  /** Undefined also without broadcast or direct, by which probes and answers travel. */
  readonly measure: Init extends { broadcast: false } | { direct: false }
    ? undefined
    : Init extends { tor: true | TorOptions; measure?: undefined }
      ? MeasureService | undefined
      : Unless<Init, 'measure', MeasureService>
  readonly discovery: Unless<Init, 'discovery', DiscoveryService>
  /** The Tor of this node: its onion address, its state and events. */
  readonly tor: Init extends { tor: true | TorOptions } ? Tor : undefined | Tor
  /** The services that were given in `services`. */
  readonly services: ServicesOf<Init>
  stop(): Promise<void>
}

/**
 * Makes and starts a node: libp2p with noise, yamux, TCP and WebSockets, and Stoa's services, under explicit limits.
 * Every part can be replaced or left out (docs/configuration.md).
 * @throws {StackError} `bad-option`, `data-in-use`, `data-unreadable`, `listen-failed`, `clearnet-address`, `wrong-world`; with `tor` also a
 * TorError of @stoa/tor
 */
export async function createStack<const Init extends StackInit>(init: Init = {} as Init): Promise<Stack<Init>> {
  const options = resolveOptions(init)
  const closing = new AsyncDisposableStack()
  try {
    return await start<Init>(options, await open(options, closing), closing)
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

async function open(options: StackOptions, closing: AsyncDisposableStack): Promise<Opened> {
  const { dataDir, privateKey, replicaStore } = options
  const data = dataDir === undefined ? undefined : await platform.openData(dataDir, privateKey, modeOf(options))
  closing.defer(() => data?.close())
  const replicas = await openReplicas(replicaStore, closing)
  // after the data directory, whose lock is the lock of Tor's files too
  const tor =
    options.tor === false ? undefined : await platform.openTor(options.tor === true ? {} : options.tor, dataDir)
  closing.defer(() => tor?.close())
  return { data, replicas: replicas ?? data?.replicas, tor }
}

async function openReplicas(
  replicaStore: StackOptions['replicaStore'],
  closing: AsyncDisposableStack,
): Promise<Level | undefined> {
  // what was given is opened and closed by whoever gave it
  if (typeof replicaStore !== 'string') return replicaStore
  const replicas = await platform.openReplicas(replicaStore)
  closing.defer(() => replicas.close())
  return replicas
}

async function start<Init extends StackInit>(
  options: StackOptions,
  opened: Opened,
  closing: AsyncDisposableStack,
): Promise<Stack<Init>> {
  const { data, tor } = opened
  const mode = modeOf(options)
  const open = mode === 'tor' ? [] : (options.listen ?? [...platform.listen])
  // in Tor, listen: [] is all that listen can be
  const wanted = mode === 'tor' && options.listen !== undefined ? [] : [...open, ...(tor?.listen ?? [])]
  const listen = (await data?.withLastPorts(wanted)) ?? wanted
  const libp2p = await createLibp2p(compose(options, listen, opened))
  try {
    await libp2p.start()
  } catch (cause) {
    await Promise.resolve(libp2p.stop()).catch(() => {})
    if ((cause as Error).name === 'UnsupportedListenAddressesError') {
      throw new StackError('listen-failed', `cannot listen on ${listen.join(', ')}: ${(cause as Error).message}`, {
        cause,
      })
    }
    throw cause
  }
  // the stores close last: services write to them while they stop
  closing.defer(() => libp2p.stop())
  if (mode === 'tor') refuseClearnetDials(libp2p)
  await data?.keepPorts(wanted, libp2p.getMultiaddrs().map(String))

  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= closing.disposeAsync())
  const services = libp2p.services as Record<string, unknown>
  return {
    libp2p,
    peerId: libp2p.peerId,
    network: options.network,
    direct: services.direct,
    broadcast: services.broadcast,
    offers: services.offers,
    mailbox: services.mailbox,
    measure: services.measure,
    discovery: services.discovery,
    tor: tor?.tor,
    services,
    stop,
    [Symbol.asyncDispose]: stop,
  } as unknown as Stack<Init>
}
