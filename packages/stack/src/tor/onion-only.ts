import { isPeerId } from '@libp2p/interface'
import { isOnionAddress } from '@stoa/discovery'
import { StackError } from '../errors.ts'
import type { OpenTor } from './open-tor.ts'
import type { ConnectionGater, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2pOptions } from 'libp2p'

/**
 * Closes every way out of a libp2p node but Tor. It has the last word over all other options, and each wall stands by itself:
 *
 * - one transport, which dials onion addresses alone, and one listener;
 * - no resolvers and no DNS: libp2p resolves `dnsaddr` before it asks whether it could dial what comes out;
 * - the connection gater denies the dial of anything else, whoever asked for it;
 * - the peer store takes no other address, from whichever peer or service;
 * - what is announced is filtered, so that an address which some service observed or mapped does not get out.
 */
export function onionOnly(composed: Libp2pOptions, tor: OpenTor): Libp2pOptions {
  const { connectionGater = {}, peerStore, connectionManager, addresses } = composed
  const gater = onionGater(connectionGater)
  const filter = peerStore?.addressFilter ?? connectionGater.filterMultiaddrForPeer?.bind(connectionGater)
  return {
    ...composed,
    transports: [tor.transport],
    addresses: {
      listen: addresses?.listen,
      announce: addresses?.announce,
      announceFilter: announced => announced.filter(isOnionAddress),
    },
    connectionGater: gater,
    connectionManager: { ...connectionManager, resolvers: {} },
    dns: {
      query: async name => {
        throw new StackError('clearnet-address', `${name} is not looked up: with tor nothing resolves names`)
      },
    },
    peerStore: {
      ...peerStore,
      addressFilter: async (peer, address, options) =>
        isOnionAddress(address) && ((await filter?.(peer, address, options)) ?? true),
    },
    peerDiscovery: [],
    peerRouters: [],
    contentRouters: [],
  }
}

/** A gater that denies all dials but those of onion addresses, and leaves the rest to another. */
function onionGater(gater: ConnectionGater): ConnectionGater {
  return new Proxy(gater, {
    get(inner, name) {
      if (name === 'denyDialMultiaddr') {
        return async (address: Parameters<NonNullable<ConnectionGater['denyDialMultiaddr']>>[0]) =>
          !isOnionAddress(address) || ((await inner.denyDialMultiaddr?.(address)) ?? false)
      }
      const value: unknown = Reflect.get(inner, name, inner)
      return typeof value === 'function' ? value.bind(inner) : value
    },
  })
}

/** libp2p would say of another address that it is not valid. It is, and whoever asks shall know why it is not dialled. */
export function refuseClearnetDials(libp2p: Libp2p): void {
  for (const name of ['dial', 'dialProtocol'] as const) {
    const dial = libp2p[name].bind(libp2p) as (target: unknown, ...rest: unknown[]) => Promise<never>
    Object.defineProperty(libp2p, name, {
      value: async (target: Parameters<Libp2p['dial']>[0], ...rest: unknown[]) => {
        const addresses = isPeerId(target) ? [] : [target].flat()
        const clear = addresses.find(address => !isOnionAddress(address) && !namesOnlyPeer(address))
        if (clear !== undefined) {
          throw new StackError('clearnet-address', `${String(clear)} is not dialled: with tor only onion addresses are`)
        }
        return dial(target, ...rest)
      },
    })
  }
}

/** `/p2p/…` and no more: whoever that is, at the addresses that are known. */
function namesOnlyPeer(address: Multiaddr): boolean {
  const [only, ...more] = address.getComponents()
  return only?.name === 'p2p' && more.length === 0
}
