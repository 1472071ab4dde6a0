import { platform } from '#platform'
import { createLibp2p } from 'libp2p'
import { compose } from './compose.ts'
import { StackError } from './errors.ts'
import { resolveOptions } from './options.ts'
import type { StackInit, StackOptions } from './options.ts'
import type { OpenData } from './platform-types.ts'
import type { Libp2p, PeerId, ServiceMap } from '@libp2p/interface'
import type { BroadcastService } from '@stoa/broadcast'
import type { DirectService } from '@stoa/direct'
import type { DiscoveryService } from '@stoa/discovery'

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
  readonly discovery: Unless<Init, 'discovery', DiscoveryService>
  /** The services that were given in `services`. */
  readonly services: ServicesOf<Init>
  stop(): Promise<void>
}

/**
 * Makes and starts a node: libp2p with noise, yamux, TCP and WebSockets, and Stoa's services, under explicit limits.
 * Every part can be replaced or left out (docs/configuration.md).
 * @throws {StackError} `bad-option`, `data-in-use`, `data-unreadable`, `listen-failed`
 */
export async function createStack<const Init extends StackInit>(init: Init = {} as Init): Promise<Stack<Init>> {
  const options = resolveOptions(init)
  const data = options.dataDir === undefined ? undefined : await platform.openData(options.dataDir, options.privateKey)
  try {
    return await start<Init>(options, data)
  } catch (error) {
    await data?.close()
    throw error
  }
}

async function start<Init extends StackInit>(options: StackOptions, data: OpenData | undefined): Promise<Stack<Init>> {
  const wanted = options.listen ?? [...platform.listen]
  const listen = (await data?.withLastPorts(wanted)) ?? wanted
  const libp2p = await createLibp2p(compose(options, listen, data))
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
  await data?.keepPorts(wanted, libp2p.getMultiaddrs().map(String))

  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= stopAll(libp2p, data))
  const services = libp2p.services as Record<string, unknown>
  return {
    libp2p,
    peerId: libp2p.peerId,
    network: options.network,
    direct: services.direct,
    broadcast: services.broadcast,
    discovery: services.discovery,
    services,
    stop,
    [Symbol.asyncDispose]: stop,
  } as unknown as Stack<Init>
}

/** The store closes last: services write to it while they stop. */
async function stopAll(libp2p: Libp2p, data: OpenData | undefined): Promise<void> {
  try {
    await libp2p.stop()
  } finally {
    await data?.close()
  }
}
