import { isPrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import type { TorOptions } from './tor/open-tor.ts'
import type { ServiceFactoryMap } from 'libp2p'
import type { Libp2pOptions } from 'libp2p'
import type { ConnectionGater, ComponentLogger, PrivateKey, ServiceMap } from '@libp2p/interface'
import type { BroadcastInit } from '@stoa/broadcast'
import type { DirectInit } from '@stoa/direct'
import type { DiscoveryInit } from '@stoa/discovery'
import type { MailboxInit } from '@stoa/mailbox'
import type { MeasureInit } from '@stoa/measure'
import type { OffersInit } from '@stoa/offers'
import type { Level } from '@stoa/replica'
import type { Datastore } from 'interface-datastore'

const address = z.string().refine(isMultiaddrText)
const count = z.int().min(1).max(1_000_000)
const milliseconds = z.int().min(1).max(86_400_000)

/** Bounds of one node. Each is explicit, because libp2p leaves some of them infinite. */
export const limits = z.strictObject({
  maxConnections: count.default(300).describe('connections in all; beyond it the least useful are closed'),
  maxPendingInbound: count.default(32).describe('inbound connections that have not finished their handshake'),
  maxInboundPerSecondPerHost: count.default(16).describe('new inbound connections a second from one IP address'),
  maxParallelDials: count.default(32).describe('dials at one time'),
  maxDialQueue: count.default(256).describe('dials that may wait'),
  dialTimeoutMs: milliseconds.default(10_000).describe('one dial, all its addresses together, in ms'),
  handshakeTimeoutMs: milliseconds.default(10_000).describe('an inbound connection’s or stream’s negotiation, in ms'),
  maxStreamsPerConnection: count.default(256).describe('streams that a peer may have open on one connection'),
  maxNewStreamsPerSecond: count
    .default(256)
    .describe(
      'streams a second that a peer may open on one connection, four times that in a burst; beyond it the connection ends',
    ),
  streamWindowBytes: z
    .int()
    .min(262_144)
    .max(16_777_216)
    .default(1_048_576)
    .describe('what a peer may send on one stream before it is read, in bytes'),
  maxUnsentBytesPerStream: z
    .int()
    .min(65_536)
    .max(1_073_741_824)
    .default(4_194_304)
    .describe('what may wait to leave on one stream, in bytes'),
})

/** Every option of createStack, with its default. docs/configuration.md is made from it. */
export const optionsSchema = z.strictObject({
  network: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .default('main')
    .describe('name of the network, 1 to 32 of a-z, 0-9 and "-": nodes of different networks do not meet'),
  dataDir: z
    .string()
    .min(1)
    .optional()
    .describe(
      'directory for identity, peers, addresses, offers and mail; without it they are forgotten at the end (Node only)',
    ),
  privateKey: z
    .custom<PrivateKey>(value => isPrivateKey(value))
    .optional()
    .describe('a libp2p private key; default: from dataDir, or a new one'),
  datastore: z
    .custom<Datastore>(isDatastore)
    .optional()
    .describe('an interface-datastore, in place of the one in dataDir; default: dataDir, or memory'),
  replicaStore: z
    .union([z.string().min(1), z.custom<Level>(isLevel)])
    .optional()
    .describe(
      'where offers and mail are kept, in place of dataDir: a database of the level family that nothing else uses, a directory, or in a browser the name of an IndexedDB database; default: dataDir, or memory',
    ),
  listen: z
    .array(address)
    .optional()
    .describe(
      'multiaddrs to listen on; default: TCP and WebSocket on all IPv4 interfaces, on free ports that dataDir remembers',
    ),
  announce: z.array(address).default([]).describe('multiaddrs to tell others in place of those listened on'),
  bootstrap: z.array(address).default([]).describe('multiaddrs of peers to begin with, with or without /p2p/…'),
  mdns: z.boolean().default(true).describe('find peers on the local network (Node only)'),
  targetPeers: z.int().min(0).max(1_000).default(12).describe('peers to stay connected to'),
  nat: z
    .boolean()
    .default(true)
    .describe('make the node reachable from outside: autonat, UPnP port mapping, hole punching'),
  relay: z
    .boolean()
    .default(true)
    .describe('reach peers through circuit relays, and be reached through those in listen'),
  tor: z
    .union([z.boolean(), z.custom<TorOptions>(isObject)])
    .default(false)
    .describe(
      'true, or options of @stoa/tor: be an onion service and reach others through Tor alone, with nothing else on the wire and longer timeouts (Node only); with bridge: true also in the open',
    ),
  fastConnections: z
    .boolean()
    .default(true)
    .describe(
      'fewer system calls and copies in noise and yamux, same bytes on the wire; false: libp2p’s code as it is',
    ),
  limits: limits.prefault({}).describe('bounds on connections, streams, memory and rates'),
  connectionGater: z
    .custom<ConnectionGater>(isObject)
    .default({})
    .describe('a libp2p connection gater: who may not connect'),
  logger: z.custom<ComponentLogger>(isObject).optional().describe('a libp2p component logger'),
  direct: z.custom<DirectInit | false>(isInitOrFalse).default({}).describe('options of direct(), or false'),
  broadcast: z.custom<BroadcastInit | false>(isInitOrFalse).default({}).describe('options of broadcast(), or false'),
  offers: z
    .custom<OffersInit | false>(isInitOrFalse)
    .default({})
    .describe('options of offers(), or false; without broadcast there are none'),
  mailbox: z
    .custom<MailboxInit | false>(isInitOrFalse)
    .default({})
    .describe('options of mailbox(), or false; without broadcast and direct there is none'),
  measure: z
    .custom<MeasureInit | false>(isInitOrFalse)
    .default({})
    .describe(
      'options of measure(), or false; without broadcast and direct there is none, in Tor alone only when asked for',
    ),
  discovery: z.custom<DiscoveryInit | false>(isInitOrFalse).default({}).describe('options of discovery(), or false'),
  services: z.custom<ServiceFactoryMap>(isObject).default({}).describe('more libp2p services, by name'),
  libp2p: z
    .custom<Partial<Libp2pOptions>>(isObject)
    .default({})
    .describe('options of createLibp2p that replace those of the stack'),
})

export type StackOptions = z.output<typeof optionsSchema>
export type StackInit<Services extends ServiceMap = ServiceMap> = Omit<z.input<typeof optionsSchema>, 'services'> & {
  services?: ServiceFactoryMap<Services>
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isInitOrFalse(value: unknown): boolean {
  return value === false || isObject(value)
}

function isDatastore(value: unknown): boolean {
  return isObject(value) && typeof (value as Datastore).query === 'function'
}

function isLevel(value: unknown): boolean {
  return isObject(value) && typeof (value as Level).sublevel === 'function'
}

function isMultiaddrText(value: string): boolean {
  try {
    return multiaddr(value).getComponents().length > 0
  } catch {
    return false
  }
}
