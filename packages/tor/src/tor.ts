import type { Multiaddr } from '@multiformats/multiaddr'
import type { TypedEventTarget } from '@libp2p/interface'
import type { BootstrapProgress } from './core/bootstrap.ts'
import type { SocketAddress } from './endpoint.ts'
import type { TorError } from './errors.ts'
import type { TorInit, TorOptions } from './options.ts'

export interface StartTorInit extends TorInit {
  /** Where the onion key is, and the data of a Tor of our own. */
  dataDir: string
  /** Called from the start on: `bootstrap` events begin when there is a Tor to listen to. */
  onBootstrap?: (progress: BootstrapProgress) => void
  /** false: startTor resolves as soon as Tor runs, and `up` tells when it is in the network. */
  waitForBootstrap?: boolean
  signal?: AbortSignal
}

/** `starting` until it is in the network for the first time, `down` while it is not any more. */
export type TorState = 'starting' | 'up' | 'down' | 'stopped'

export interface TorStatus {
  state: TorState
  bootstrap: BootstrapProgress
  /** The multiaddr of our onion service. */
  onion: string
  /** Whether others can find our onion service: a directory has its descriptor. */
  isReachable: boolean
  /** Whether a flood of connections to it has to pay with work; undefined while it is not served. */
  hasProofOfWork: boolean | undefined
  /** Of a Tor of our own. */
  pid: number | undefined
  /** How often it came back. */
  restarts: number
  /** Why it is down. */
  reason: TorError | undefined
}

export interface TorEvents {
  bootstrap: CustomEvent<BootstrapProgress>
  /** In the network, for the first time or again. */
  up: CustomEvent<void>
  /** It ended, or its control port did. It is started again, or waited for; the onion address stays. */
  down: CustomEvent<TorError>
  /** Our onion service can be found by others, for the first time or again. */
  reachable: CustomEvent<void>
}

/** What the transport needs of a Tor. */
export interface TorGateway {
  readonly options: TorOptions
  /** Where to listen for what comes in; TCP with port 0 for any. */
  readonly inbound: SocketAddress
  /** `/onion3/ADDRESS:PORT`. Known before Tor runs, and the same after each restart. */
  onion: () => Multiaddr
  /** The SOCKS port. @throws {TorError} `tor-down` */
  socks: () => SocketAddress
  /** Has connections to our onion address handed to us there, also after a restart, until the function it gives is called. @throws {TorError} */
  serve: (target: SocketAddress) => Promise<() => Promise<void>>
}

export interface Tor extends TorGateway, TypedEventTarget<TorEvents>, AsyncDisposable {
  status: () => TorStatus
  /** Resolves when others can find our onion service. @throws {TorError} `aborted` or `stopped` */
  reachable: (options?: { signal?: AbortSignal }) => Promise<void>
  stop: () => Promise<void>
}
