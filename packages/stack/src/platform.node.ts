import { autoNATv2 } from '@libp2p/autonat-v2'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { uPnPNAT } from '@libp2p/upnp-nat'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { ClassicLevel } from 'classic-level'
import { fastNoise } from './connection/fast-noise.ts'
import { quietYamux } from './connection/quiet-yamux.ts'
import { openData } from './data.node.ts'
import { openLevel } from './level.ts'
import { openTor } from './tor/open-tor.node.ts'
import type { Platform } from './platform-types.ts'

export const platform: Platform = {
  listen: ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws'],
  transports: options => [tcp(), webSockets(), ...(options.relay ? [circuitRelayTransport()] : [])],
  encrypter: ({ fastConnections }) => (fastConnections ? fastNoise() : noise()),
  muxer: ({ fastConnections }, init) => (fastConnections ? quietYamux(init) : yamux(init)),
  mdns: serviceTag => mdns({ serviceTag }),
  natServices: () => ({ autoNAT: autoNATv2(), dcutr: dcutr(), upnp: uPnPNAT() }),
  openReplicas: directory => openLevel(new ClassicLevel(directory), directory),
  openData,
  openTor,
}
