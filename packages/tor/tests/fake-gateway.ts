import { multiaddr } from '@multiformats/multiaddr'
import { DEFAULTS, TorError } from '@stoa/tor'
import type { SocketAddress, TorGateway, TorInit } from '@stoa/tor'

export interface FakeGateway extends TorGateway {
  /** Where inbound connections are to be handed to. */
  served: () => SocketAddress | undefined
}

interface Init {
  socks?: SocketAddress
  address: string
  options?: Partial<TorInit>
}

/** A Tor as the transport sees one, without Tor. */
export function fakeGateway({ socks, address, options = {} }: Init): FakeGateway {
  let target: SocketAddress | undefined
  return {
    options: { ...DEFAULTS, ...options },
    inbound: { host: '127.0.0.1', port: 0 },
    onion: () => multiaddr(`/onion3/${address}:4001`),
    socks: () => {
      if (socks === undefined) throw new TorError('tor-down', 'Tor is down')
      return socks
    },
    serve: given => {
      target = given
      return Promise.resolve(() => {
        target = undefined
        return Promise.resolve()
      })
    },
    served: () => target,
  }
}

/** Two addresses that exist, or could. */
export const ADDRESS = '2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid'
export const OTHER = 'duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad'
