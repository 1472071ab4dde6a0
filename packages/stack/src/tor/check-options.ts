import { isOnionAddress } from '@stoa/discovery'
import { multiaddr } from '@multiformats/multiaddr'
import { StackError } from '../errors.ts'
import { modeOf } from './mode.ts'
import { SLOW } from './slow.ts'
import type { StackInit, StackOptions } from '../options.ts'
import type { Libp2pOptions } from 'libp2p'

/** Options of createLibp2p that open ways past Tor, and what each does. */
const WAYS_OUT = {
  transports: 'would connect without Tor',
  addresses: 'would listen or announce outside of Tor',
  peerDiscovery: 'would look for peers without Tor',
  peerRouters: 'would ask for peers without Tor',
  contentRouters: 'would ask for content without Tor',
  dns: 'would resolve names without Tor',
} as const satisfies Partial<Record<keyof Libp2pOptions, string>>

/** What finds peers, or makes the node reachable, in the open. On by default there. */
const IN_THE_OPEN = {
  mdns: 'finds peers by multicast on the local network',
  nat: 'opens ports in routers and asks others for the address of this machine',
  relay: 'is for nodes that others cannot reach; an onion service can be reached',
} as const

/**
 * In Tor alone: what would show the node elsewhere is off, and asking for it is a mistake; what takes longer there gets its time.
 * @throws {StackError} `clearnet-address` or `bad-option`
 */
export function torOptions(options: StackOptions, init: StackInit): StackOptions {
  const mode = modeOf(options)
  if (mode === 'bridge') return slow(options, init)
  if (mode === 'clearnet') return withoutOnions(options)
  if (options.listen !== undefined) checkListen(options.listen)
  checkOnion('announce', options.announce)
  checkOnion('bootstrap', options.bootstrap)
  for (const [name, does] of Object.entries(IN_THE_OPEN)) {
    if (init[name as keyof typeof IN_THE_OPEN] === true) throw noWay(name, `it ${does}`)
  }
  for (const [name, does] of Object.entries(WAYS_OUT)) {
    if (options.libp2p[name as keyof typeof WAYS_OUT] !== undefined) throw noWay(`libp2p.${name}`, `it ${does}`)
  }
  if (options.libp2p.connectionManager?.resolvers !== undefined) {
    throw noWay('libp2p.connectionManager.resolvers', `it ${WAYS_OUT.dns}`)
  }
  const { discovery } = options
  if (discovery !== false) {
    if (discovery.mdns !== undefined) throw noWay('discovery.mdns', `it ${IN_THE_OPEN.mdns}`)
    if (discovery.addresses !== undefined && discovery.addresses !== 'onion') {
      throw noWay('discovery.addresses', 'onion addresses alone are kept')
    }
    checkOnion('discovery.bootstrap', (discovery.bootstrap ?? []).map(String))
  }
  // what a clock says tells machines apart (spec/measure.md §6): only who asks for it is measured
  const measure = init.measure === undefined ? false : options.measure
  return slow({ ...options, mdns: false, nat: false, relay: false, measure }, init)
}

/** Where nothing could dial it, an onion address is a mistake. Other transports than ours may be able to. */
function withoutOnions(options: StackOptions): StackOptions {
  const onion = options.bootstrap.find(address => isOnionAddress(multiaddr(address)))
  if (onion === undefined || options.libp2p.transports !== undefined) return options
  throw new StackError(
    'bad-option',
    `option bootstrap has ${JSON.stringify(onion)}, an onion service; to reach it takes tor: true`,
  )
}

function checkListen(listen: readonly string[]): void {
  const [first] = listen
  if (first === undefined) return
  throw new StackError(
    'clearnet-address',
    `option listen is ${JSON.stringify(first)}; with tor the node listens on its onion address, or with listen: [] nowhere. ` +
      'To be in both worlds, where everybody sees that they are one node, ask for it: tor: { bridge: true }',
  )
}

function checkOnion(name: string, addresses: readonly string[]): void {
  const clear = addresses.find(address => !isOnionAddress(multiaddr(address)))
  if (clear === undefined) return
  throw new StackError(
    'clearnet-address',
    `option ${name} has ${JSON.stringify(clear)}; with tor it takes onion addresses alone, such as /onion3/….:4001/p2p/12D3Koo…`,
  )
}

function noWay(name: string, why: string): StackError {
  return new StackError('bad-option', `option ${name} cannot be had with tor: ${why}`)
}

/** The times that are right on the open internet end connections through six relays that are fine. */
function slow(options: StackOptions, init: StackInit): StackOptions {
  const { limits, direct, mailbox, discovery } = options
  const dialTimeoutMs = init.limits?.dialTimeoutMs ?? SLOW.limits.dialTimeoutMs
  const handshakeTimeoutMs = init.limits?.handshakeTimeoutMs ?? SLOW.limits.handshakeTimeoutMs
  return {
    ...options,
    limits: { ...limits, dialTimeoutMs, handshakeTimeoutMs },
    direct: direct === false ? false : { ...SLOW.direct, ...direct },
    mailbox: mailbox === false ? false : { ...SLOW.mailbox, ...mailbox },
    discovery: discovery === false ? false : { ...SLOW.discovery, ...discovery },
  }
}
