import { MAX_MESSAGE_BYTES } from './core/wire-size.ts'
import { checkNetwork } from './core/names.ts'
import { BroadcastError } from './errors.ts'
import type { GossipsubOpts } from '@libp2p/gossipsub'

/** Options of gossipsub itself, but for those that would change the wire or undo a limit. */
export type GossipsubOverrides = Partial<
  Pick<
    GossipsubOpts,
    | 'D'
    | 'Dlo'
    | 'Dhi'
    | 'Dscore'
    | 'Dout'
    | 'Dlazy'
    | 'gossipFactor'
    | 'heartbeatInterval'
    | 'mcacheLength'
    | 'mcacheGossip'
    | 'seenTTL'
    | 'floodPublish'
    | 'directPeers'
    | 'tagMeshPeers'
    | 'runOnLimitedConnection'
    | 'idontwantMinDataSize'
    | 'opportunisticGraftPeers'
    | 'opportunisticGraftTicks'
    | 'pruneBackoff'
    | 'metricsRegister'
    | 'metricsTopicStrToLabel'
  >
>

export interface BroadcastInit {
  /** Topics are `/stoa/<network>/topic/<name>` on the wire: nodes of different networks do not hear each other. */
  network?: string
  /** Topics that may be open at one time. rust-gossipsub follows no more than 100 a peer. */
  maxTopics?: number
  /** The most that any topic may allow, in bytes on the wire (spec/broadcast.md §4). */
  maxMessageBytes?: number
  /** Messages that an iterator holds for its reader. Beyond them the oldest are dropped. */
  maxBufferedMessages?: number
  /** Bytes (on the wire) that an iterator holds for its reader. Beyond them the oldest are dropped. */
  maxBufferedBytes?: number
  /** How long `validate` may take, in ms. Past it the message is ignored and its `signal` aborts. */
  validateTimeoutMs?: number
  /** Messages validated at one time, over all topics and peers. The peers that sent the others wait. */
  maxConcurrentValidations?: number
  /** Messages a second that one peer may send; twice that in a burst. A faster one is read more slowly, not punished. */
  maxMessagesPerSecond?: number
  /** Bytes a second that one peer may send; twice that in a burst. */
  maxBytesPerSecond?: number
  /** What may wait for one peer that reads slowly, in bytes. Beyond it messages to that peer are dropped; it recovers them by IHAVE. */
  maxUnsentBytesPerPeer?: number
  /** What is kept for peers that ask for a message again, in bytes. gossipsub keeps 5 s of messages, however many. */
  maxCacheBytes?: number
  /** Peers behind one IP address before all of them lose score. Loopback is exempt. */
  maxPeersPerIp?: number
  /** Make meshes of near peers, by the round trips that libp2p's connection monitor measures. Default true. */
  preferNear?: boolean
  gossipsub?: GossipsubOverrides
}

export type BroadcastOptions = Required<BroadcastInit>

export const DEFAULTS = {
  network: 'main',
  maxTopics: 100,
  maxMessageBytes: MAX_MESSAGE_BYTES,
  maxBufferedMessages: 1_024,
  maxBufferedBytes: 4_194_304,
  validateTimeoutMs: 2_000,
  maxConcurrentValidations: 64,
  maxMessagesPerSecond: 1_000,
  maxBytesPerSecond: 4_194_304,
  maxUnsentBytesPerPeer: 1_048_576,
  maxCacheBytes: 33_554_432,
  maxPeersPerIp: 32,
  preferNear: true,
  gossipsub: {},
} as const satisfies BroadcastOptions

type CountName = Exclude<keyof BroadcastInit, 'network' | 'preferNear' | 'gossipsub'>
const COUNTS = (Object.keys(DEFAULTS) as Array<keyof BroadcastInit>).filter(
  (name): name is CountName => name !== 'network' && name !== 'preferNear' && name !== 'gossipsub',
)

const MOST: Partial<Record<CountName, number>> = { maxTopics: 1_000, maxMessageBytes: MAX_MESSAGE_BYTES }

/** @throws {BroadcastError} `bad-option` or `bad-topic` */
export function resolveOptions(init: BroadcastInit = {}): BroadcastOptions {
  const options: BroadcastOptions = { ...DEFAULTS, ...definedOf(init) }
  checkNetwork(options.network)
  if (typeof options.preferNear !== 'boolean') {
    throw new BroadcastError('bad-option', `preferNear is ${String(options.preferNear)}, it takes true or false`)
  }
  for (const name of COUNTS) checkCount(name, options[name], MOST[name])
  return options
}

/** @throws {BroadcastError} `bad-option` */
export function checkCount(name: string, value: number, most = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < 1 || value > most) {
    throw new BroadcastError(
      'bad-option',
      `${name} is ${value}, it takes an integer from 1 to ${most.toLocaleString('en')}`,
    )
  }
  return value
}

/** An option given as `undefined` is one that was not given. */
function definedOf(init: BroadcastInit): BroadcastInit {
  return Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
}
