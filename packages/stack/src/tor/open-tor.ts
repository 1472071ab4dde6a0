import type { StartTorInit, Tor } from '@stoa/tor'
import type { Libp2pOptions } from 'libp2p'

/** The options of Tor: those of startTor() in @stoa/tor, but for what the stack decides. */
export interface TorOptions extends Omit<StartTorInit, 'dataDir' | 'waitForBootstrap'> {
  /** Live in both worlds: listen and dial in the open too. Everybody sees that onion address and IP address are one node. Default false. */
  bridge?: boolean
}

/** A Tor that runs for this node, and how libp2p gets there. */
export interface OpenTor {
  readonly tor: Tor
  readonly transport: NonNullable<Libp2pOptions['transports']>[number]
  /** Where to listen: our onion address, or nowhere where that Tor has no control port. */
  readonly listen: readonly string[]
  readonly close: () => Promise<void>
}
