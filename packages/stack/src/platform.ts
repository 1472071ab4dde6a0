import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { BrowserLevel } from 'browser-level'
import { StackError } from './errors.ts'
import { openLevel } from './level.ts'
import type { OpenTor } from './tor/open-tor.ts'
import type { OpenData, Platform } from './platform-types.ts'

/** What a browser can do: dial WebSockets and relays. */
export const platform: Platform = {
  listen: [],
  transports: options => [webSockets(), ...(options.relay ? [circuitRelayTransport()] : [])],
  encrypter: () => noise(),
  muxer: (_options, init) => yamux(init),
  mdns: undefined,
  natServices: () => ({}),
  openReplicas: name => openLevel(new BrowserLevel(name), name),
  openData: async (): Promise<OpenData> => {
    throw new StackError('bad-option', 'option dataDir needs a file system; in a browser pass privateKey and datastore')
  },
  openTor: async (): Promise<OpenTor> => {
    throw new StackError('bad-option', 'option tor needs Node: a browser has no Tor; Tor Browser is one that has')
  },
}
