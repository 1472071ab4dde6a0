import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { webSockets } from '@libp2p/websockets'
import { StackError } from './errors.ts'
import type { OpenData, Platform } from './platform-types.ts'

/** What a browser can do: dial WebSockets and relays. */
export const platform: Platform = {
  listen: [],
  transports: options => [webSockets(), ...(options.relay ? [circuitRelayTransport()] : [])],
  encrypter: noise => noise(),
  mdns: undefined,
  natServices: () => ({}),
  openData: async (): Promise<OpenData> => {
    throw new StackError('bad-option', 'option dataDir needs a file system; in a browser pass privateKey and datastore')
  },
}
