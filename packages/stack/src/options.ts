import { isPrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { z } from 'zod'
import { StackError } from './errors.ts'
import { torOptions } from './tor/check-options.ts'
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
const limits = z.strictObject({
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

/** @throws {StackError} `bad-option` or `clearnet-address`, saying which option, what it got and what it takes. */
export function resolveOptions(init: unknown): StackOptions {
  const result = optionsSchema.safeParse(init)
  if (result.success) return torOptions(checkParts(result.data, init as StackInit), init as StackInit)
  throw new StackError('bad-option', result.error.issues.map(issue => explain(issue, init)).join('; '))
}

/** What each of these parts is built on. */
const NEEDS = {
  offers: ['broadcast'],
  mailbox: ['broadcast', 'direct'],
  measure: ['broadcast', 'direct'],
} as const

/** Without what it is built on a part is left out, and options of it are a mistake. */
function checkParts(options: StackOptions, init: StackInit): StackOptions {
  let checked = options
  for (const part of ['offers', 'mailbox', 'measure'] as const) {
    const missing = NEEDS[part].filter(needed => options[needed] === false)
    if (missing.length === 0) continue
    if (init[part] !== undefined && init[part] !== false) {
      const need = part === 'offers' ? 'offers need' : `${part} needs`
      throw new StackError(
        'bad-option',
        `option ${part} is set and ${missing.join(' and ')} is false; ${need} ${NEEDS[part].join(' and ')}`,
      )
    }
    checked = { ...checked, [part]: false }
  }
  return checked
}

function explain(issue: z.core.$ZodIssue, init: unknown): string {
  const where = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = where === 'limits' ? Object.keys(limits.shape) : Object.keys(optionsSchema.shape)
    return `${where === '' ? 'createStack' : `option ${where}`} has no option ${issue.keys.join(', ')}; it takes ${known.join(', ')}`
  }
  const got: unknown = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], init)
  const name = issue.path.filter(key => typeof key === 'string')
  const schema =
    name[0] === 'limits' && name[1] !== undefined
      ? limits.shape[name[1] as keyof typeof limits.shape]
      : optionsSchema.shape[name[0] as keyof typeof optionsSchema.shape]
  return `option ${where} is ${name[0] === 'privateKey' ? 'something else' : show(got)}; it takes ${schema?.description ?? 'an object of options'} (${issue.message})`
}

function show(value: unknown): string {
  const shown =
    typeof value === 'bigint' || typeof value === 'function'
      ? `a ${typeof value}`
      : (JSON.stringify(value) ?? String(value))
  return shown.length > 120 ? `${shown.slice(0, 117)}...` : shown
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
