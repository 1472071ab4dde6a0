import { platform } from '#platform'
import { identify, identifyPush } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { broadcast } from '@stoa/broadcast'
import { direct } from '@stoa/direct'
import { discovery, mdnsServiceTag, withoutLoopback } from '@stoa/discovery'
import { mailbox } from '@stoa/mailbox'
import { measure } from '@stoa/measure'
import { offers } from '@stoa/offers'
import { levelStore } from '@stoa/replica'
import { StackError } from './errors.ts'
import { limitStreamRate } from './stream-rate.ts'
import { modeOf } from './tor/mode.ts'
import { onionOnly } from './tor/onion-only.ts'
import { quietIdentify, quietIdentifyPush } from './tor/quiet-identify.ts'
import { SLOW } from './tor/slow.ts'
import type { StackOptions } from './options.ts'
import type { Mode } from './tor/mode.ts'
import type { OpenTor } from './tor/open-tor.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Level } from '@stoa/replica'
import type { OpenData } from './platform-types.ts'
import type { Libp2pOptions, ServiceFactoryMap } from 'libp2p'

/** What a node says of itself in identify: not which version, which would tell whom an old fault can be tried on. */
const AGENT = 'stoa'

/** Pings under way on one connection, each way. */
const MAX_PINGS = 16

const DAY_MS = 86_400_000
/** libp2p forgets a peer after 6 h and its addresses after 1 h: a node that was off for a night would know nobody. */
const KEEP_PEERS_MS = 30 * DAY_MS
const KEEP_ADDRESSES_MS = 7 * DAY_MS

/** Which addresses of peers a node has use for. */
const ADDRESSES = { clearnet: 'clearnet', tor: 'onion', bridge: 'any' } as const satisfies Record<Mode, string>

/** What was opened for a stack. */
export interface Opened {
  data: OpenData | undefined
  replicas: Level | undefined
  tor: OpenTor | undefined
}

/** The options of createLibp2p for a stack. */
export function compose(options: StackOptions, listen: string[], opened: Opened): Libp2pOptions {
  const { limits, libp2p } = options
  const { data, tor } = opened
  const composed: Libp2pOptions = {
    start: false,
    privateKey: data?.privateKey ?? options.privateKey,
    datastore: options.datastore ?? data?.datastore,
    addresses: { listen, announce: options.announce, announceFilter: withoutLoopback },
    transports: [...platform.transports(options), ...(tor === undefined ? [] : [tor.transport])],
    connectionEncrypters: [platform.encrypter(options)],
    streamMuxers: [
      limitStreamRate(
        platform.muxer(options, {
          maxInboundStreams: limits.maxStreamsPerConnection,
          maxOutboundStreams: limits.maxStreamsPerConnection,
          streamOptions: {
            maxStreamWindowSize: limits.streamWindowBytes,
            // a peer that fills its window is within its rights
            maxReadBufferLength: Math.max(4_194_304, 2 * limits.streamWindowBytes),
            maxWriteBufferLength: limits.maxUnsentBytesPerStream,
          },
        }),
        { perSecond: limits.maxNewStreamsPerSecond, burst: 4 * limits.maxNewStreamsPerSecond },
      ),
    ],
    nodeInfo: { userAgent: AGENT },
    connectionGater: options.connectionGater,
    connectionMonitor: { abortConnectionOnPingFailure: true, ...(tor === undefined ? {} : SLOW.ping) },
    logger: options.logger,
    ...libp2p,
    connectionManager: {
      maxConnections: limits.maxConnections,
      // Tor's listener makes room by itself, which libp2p must not be in the way of
      maxIncomingPendingConnections: limits.maxPendingInbound + (tor?.tor.options.maxPendingInbound ?? 0),
      inboundConnectionThreshold: limits.maxInboundPerSecondPerHost,
      maxParallelDials: limits.maxParallelDials,
      maxDialQueueLength: limits.maxDialQueue,
      dialTimeout: limits.dialTimeoutMs,
      ...(tor === undefined ? {} : { addressDialTimeout: limits.dialTimeoutMs }),
      inboundUpgradeTimeout: limits.handshakeTimeoutMs,
      inboundStreamProtocolNegotiationTimeout: limits.handshakeTimeoutMs,
      outboundStreamProtocolNegotiationTimeout: limits.handshakeTimeoutMs,
      ...libp2p.connectionManager,
    },
    peerStore: { maxPeerAge: KEEP_PEERS_MS, maxAddressAge: KEEP_ADDRESSES_MS, ...libp2p.peerStore },
    services: { ...services(options, opened), ...libp2p.services, ...options.services },
  }
  return tor !== undefined && modeOf(options) === 'tor' ? onionOnly(composed, tor) : composed
}

function services(options: StackOptions, { data, replicas }: Opened): ServiceFactoryMap {
  const { network, mdns } = options
  // a key that was given may have been used elsewhere; one made just now has no past that its offers would have to outlive
  const isNew = data?.isNewIdentity ?? options.privateKey === undefined
  // one for both: after a full disk whoever closes and opens the database has to know of all that use it
  const store = replicas === undefined ? undefined : levelStore(replicas)
  if (options.mailbox !== false) checkIdentity(options.mailbox.privateKey ?? data?.privateKey ?? options.privateKey)
  return {
    ...identifyServices(modeOf(options)),
    // One at a time is libp2p's default, and a stream whose end came before its reader stays open for 10 s. kad-dht pings whom it meets, so the
    // connection monitor was refused its own ping and ended good connections.
    ping: ping({ maxInboundStreams: MAX_PINGS, maxOutboundStreams: MAX_PINGS }),
    ...(options.nat ? platform.natServices(options) : {}),
    ...(options.direct === false ? {} : { direct: direct(options.direct) }),
    ...(options.broadcast === false ? {} : { broadcast: broadcast({ network, ...options.broadcast }) }),
    ...(options.offers === false
      ? {}
      : { offers: offers({ network, store, identity: isNew ? 'new' : 'unknown', ...options.offers }) }),
    ...(options.mailbox === false
      ? {}
      : { mailbox: mailbox({ network, store, secrets: data?.secrets, ...options.mailbox }) }),
    ...(options.measure === false ? {} : { measure: measure({ network, ...options.measure }) }),
    ...(options.discovery === false
      ? {}
      : {
          discovery: discovery({
            network,
            bootstrap: options.bootstrap,
            targetPeers: options.targetPeers,
            mdns: mdns ? platform.mdns?.(mdnsServiceTag(network)) : undefined,
            addresses: ADDRESSES[modeOf(options)],
            ...options.discovery,
          }),
        }),
  } as unknown as ServiceFactoryMap
}

function identifyServices(mode: Mode): ServiceFactoryMap {
  if (mode === 'tor')
    return { identify: quietIdentify(), identifyPush: quietIdentifyPush() } as unknown as ServiceFactoryMap
  const times = mode === 'bridge' ? { timeout: SLOW.identifyTimeoutMs } : {}
  return { identify: identify(times), identifyPush: identifyPush(times) } as unknown as ServiceFactoryMap
}

/** @throws {StackError} `bad-option` for an identity that letters cannot be sealed to. One that was not given is of the right kind. */
function checkIdentity(privateKey: PrivateKey | undefined): void {
  if (privateKey === undefined || privateKey.type === 'Ed25519') return
  throw new StackError(
    'bad-option',
    `mail needs an Ed25519 identity, this one is ${privateKey.type}; mailbox: false leaves mail out`,
  )
}
