import { isMultiaddr, multiaddr } from '@multiformats/multiaddr'
import { anyAddress, isOnion } from './core/address-rule.ts'
import { DiscoveryError } from './errors.ts'
import { addressText } from './net/addresses.ts'
import type { AddressRule } from './core/address-rule.ts'
import type { Limits } from './core/limits.ts'
import type { ExchangeLimits } from './net/exchange.ts'
import type { DiscoveryComponents } from './components.ts'
import type { PeerDiscovery } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export const DEFAULTS = {
  /** Nodes of different networks neither count for nor tell each other anything. */
  network: 'main',
  /** Dial until this many peers of our network are connected, whoever dialled. */
  targetPeers: 12,
  /** Dial until this many of them are of our own choosing, so that whoever floods us with connections is not all we see. */
  minOutboundPeers: 4,

  maxConcurrentDials: 4,
  dialsPerSecond: 4,
  dialBurst: 4,
  maxAddressesPerDial: 4,
  /** Of two peers that have just heard of each other one dials at once; the other gives it this long. */
  yieldMs: 2 * SECOND_MS,
  /** libp2p allows an address 6 s and a dial 10 s; less than that frees the place for the next peer. */
  addressDialTimeoutMs: 5 * SECOND_MS,
  /** Connections opened for DHT lookups, beside those to the target. */
  maxLookupPeers: 16,
  lookupKeepMs: MINUTE_MS,

  /** A peer that has not told its protocols by then counts for nothing; identify itself gives up after 5 s. */
  identifyTimeoutMs: 10 * SECOND_MS,
  /** A peer that is starting may register our protocol a moment after it answers identify. */
  strangerGraceMs: 3 * SECOND_MS,
  /** How long a peer of another network is not dialled again. */
  avoidMs: DAY_MS,
  maxAvoided: 1_024,

  retryMinMs: SECOND_MS,
  retryMaxMs: 10 * MINUTE_MS,
  bootstrapRetryMaxMs: MINUTE_MS,
  /** With no peer at all it was likely our own network that was away: nobody is waited for longer than this. */
  isolatedRetryMaxMs: MINUTE_MS,
  /** A delay is shortened by up to this part, at random. */
  retryJitter: 0.25,
  /** How often to prefer a peer that we have reached before; Bitcoin tosses a fair coin, but has feelers beside. */
  provenShare: 0.75,

  maxProven: 512,
  maxUnproven: 1_024,
  maxAddressesPerPeer: 8,
  provenMaxAgeMs: 30 * DAY_MS,
  unprovenMaxAgeMs: 7 * DAY_MS,
  expireIntervalMs: HOUR_MS,
  /** How much of the address book a crash may cost. */
  flushIntervalMs: 5 * SECOND_MS,

  recordsPerAsk: 16,
  /** spec/discovery.md §4: records in one answer, and peers looked at of one message from any source. */
  maxRecords: 32,
  maxRecordBytes: 4_096,
  maxAnswerBytes: 65_536,
  exchangeTimeoutMs: 5 * SECOND_MS,
  maxConcurrentAsks: 3,
  askMinMs: SECOND_MS,
  askMaxMs: MINUTE_MS,
  /** With enough peers and addresses: one member is asked this often, to keep the book fresh. */
  askIntervalMs: 10 * MINUTE_MS,
  /** What one connected peer may ask of us. */
  answersPerMinute: 6,
  answerBurst: 8,

  walkMinMs: 5 * SECOND_MS,
  walkIntervalMs: 15 * MINUTE_MS,
  walkTimeoutMs: 30 * SECOND_MS,
} as const satisfies Limits & ExchangeLimits & { network: string; [name: string]: number | string }

type Figures = { [name in Exclude<keyof typeof DEFAULTS, 'network'>]: number }

export interface DiscoveryInit extends Partial<Figures> {
  /** One to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`. Default `main`. */
  network?: string
  /** Where to begin: multiaddrs with or without `/p2p/…`. Without, whoever answers there is taken as it is. */
  bootstrap?: ReadonlyArray<Multiaddr | string>
  /** A libp2p peer discovery, for example `mdns({ serviceTag: mdnsServiceTag(network) })` of @libp2p/mdns. */
  mdns?: (components: DiscoveryComponents) => PeerDiscovery
  /** Take part in the network's DHT. Default true. */
  dht?: boolean
  /**
   * Which addresses of peers are kept, dialled and passed on: `any` (default), those of Tor's onion services alone, all but those, or what
   * this function says of an address (its text, without the `/p2p` of its peer at the end).
   */
  addresses?: 'any' | 'onion' | 'clearnet' | AddressRule
}

export interface DiscoveryOptions extends Figures {
  readonly network: string
  readonly bootstrap: readonly Multiaddr[]
  readonly mdns: ((components: DiscoveryComponents) => PeerDiscovery) | undefined
  readonly dht: boolean
  readonly allows: AddressRule
}

const RULES = {
  any: anyAddress,
  onion: isOnion,
  clearnet: (address: string) => !isOnion(address),
} as const satisfies Record<string, AddressRule>

export function resolveOptions(init: DiscoveryInit = {}): DiscoveryOptions {
  const { bootstrap = [], mdns, dht = true, network = DEFAULTS.network, addresses = 'any', ...figures } = init
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(network)) {
    throw bad(
      'network',
      network,
      'one to 64 of A-Z, a-z, 0-9, dot, underscore and dash, beginning with a letter or digit',
    )
  }
  const allows = typeof addresses === 'function' ? addresses : RULES[addresses]
  if (allows === undefined) throw bad('addresses', addresses, 'any, onion, clearnet, or a function')
  if (addresses === 'onion' && mdns !== undefined) {
    throw bad('mdns', 'set', 'nothing beside addresses: "onion": multicast shows the local network who is there')
  }
  const given = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined))
  const options = { ...DEFAULTS, ...given, network, mdns, dht, allows, bootstrap: bootstrap.map(parseBootstrap) }
  for (const address of options.bootstrap) checkAllowed(address, addresses, allows)
  for (const [name, value] of Object.entries(options)) if (name in given) checkFigure(name, value)
  return options
}

function checkFigure(name: string, value: unknown): void {
  const isShare = name === 'retryJitter' || name === 'provenShare'
  const mayBeNone =
    isShare || name === 'yieldMs' || name === 'minOutboundPeers' || name === 'maxLookupPeers' || name === 'targetPeers'
  const least = mayBeNone ? 0 : name === 'dialsPerSecond' || name === 'answersPerMinute' ? Number.MIN_VALUE : 1
  const most = isShare ? 1 : Number.MAX_SAFE_INTEGER
  if (typeof value === 'number' && value >= least && value <= most) return
  throw bad(name, value, isShare ? 'a number from 0 to 1' : `a number, at least ${least === 0 ? 0 : 'one'}`)
}

function parseBootstrap(entry: Multiaddr | string): Multiaddr {
  try {
    return isMultiaddr(entry) ? entry : multiaddr(entry)
  } catch (cause) {
    throw bad(
      'bootstrap',
      entry,
      'a multiaddr such as /ip4/192.0.2.1/tcp/4001 or /dns4/example.org/tcp/4001/p2p/12D3Koo…',
      cause,
    )
  }
}

function checkAllowed(address: Multiaddr, addresses: DiscoveryInit['addresses'], allows: AddressRule): void {
  if (allows(addressText(address))) return
  if (addresses !== 'onion') throw bad('bootstrap', String(address), 'what the option addresses allows')
  throw new DiscoveryError(
    'clearnet-address',
    `discovery option bootstrap is "${String(address)}"; with addresses: "onion" it takes addresses of onion services alone, such as /onion3/….:4001/p2p/12D3Koo…`,
  )
}

function bad(name: string, got: unknown, takes: string, cause?: unknown): DiscoveryError {
  return new DiscoveryError('bad-option', `discovery option ${name} is ${JSON.stringify(got)}; it takes ${takes}`, {
    cause,
  })
}
