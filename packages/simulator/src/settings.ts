import { SimulatorError } from './errors.ts'
import { checkGossip } from './gossip.ts'
import { PROFILES } from './profile.ts'
import type { GossipsubOverrides } from '@stoa/broadcast'
import type { Profile } from './profile.ts'

/** All that a run depends on. Times are of the simulated network. */
export interface NetworkSettings extends Profile {
  seed: string
  nodes: number
  /** As of testkit: 'ring', 'full', … or so many random neighbours each. */
  topology: 'line' | 'ring' | 'star' | 'full' | { random: number }
  messageBytes: number
  /** Messages a second of the whole network, each from a node chosen by the seed. */
  rate: number
  /** How long messages are published, in ms. */
  durationMs: number
  /** What passes between the last join and the first message, in ms. Round trips are known 10 s after joining, and then meshes change to near peers. */
  settleMs: number
  gossip: GossipsubOverrides
  /** How many times slower than real time the network runs while messages flow; until then as fast as joins and heartbeats allow. */
  dilation: number | 'auto'
}

export const DEFAULTS: NetworkSettings = {
  seed: '1',
  nodes: 100,
  topology: { random: 8 },
  ...PROFILES.world,
  messageBytes: 2_048,
  rate: 10,
  durationMs: 30_000,
  settleMs: 40_000,
  gossip: {},
  dilation: 'auto',
}

/** Ten thousand real nodes would take 30 GB. */
const MAX_NODES = 10_000
/** The number of a message. */
export const MIN_MESSAGE_BYTES = 8
/** What broadcast takes, 65,536 bytes on the wire, less the name of the topic and the frame. */
const MAX_MESSAGE_BYTES = 65_000
/** Messages times nodes: 5 bytes are kept for each. */
const MAX_DELIVERIES = 100_000_000
const MAX_DILATION = 1_000
const HOUR_MS = 3_600_000
const NAMED = ['line', 'ring', 'star', 'full']

/** What is not given is as in DEFAULTS. @throws {SimulatorError} `bad-setting` */
export function resolveSettings(given: Partial<NetworkSettings> = {}): NetworkSettings {
  const settings: NetworkSettings = { ...DEFAULTS, ...given }
  const { nodes, topology, latencyMs, bytesPerSecond, loss, messageBytes, rate, durationMs, settleMs } = settings
  if (typeof settings.seed !== 'string') throw bad('seed', settings.seed, 'a string')
  integer('nodes', nodes, 2, MAX_NODES)
  if (typeof topology === 'object') integer('topology.random', topology.random, 1, nodes - 1)
  else if (!NAMED.includes(topology)) throw bad('topology', topology, `one of ${NAMED.join(', ')}, or { random: N }`)
  const [least, most] = latencyMs
  within('latencyMs[0]', least, 0, HOUR_MS)
  within('latencyMs[1]', most, least, HOUR_MS)
  if (!(bytesPerSecond > 0)) throw bad('bytesPerSecond', bytesPerSecond, 'more than 0, or Infinity')
  if (!(loss >= 0 && loss < 1)) throw bad('loss', loss, '0 up to but not 1')
  integer('messageBytes', messageBytes, MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES)
  if (!(rate > 0 && rate < Infinity)) throw bad('rate', rate, 'more than 0 messages a second')
  within('durationMs', durationMs, 1, 24 * HOUR_MS)
  within('settleMs', settleMs, 0, HOUR_MS)
  if (settings.dilation !== 'auto') within('dilation', settings.dilation, 1, MAX_DILATION)
  const deliveries = messageCount(settings) * nodes
  if (deliveries > MAX_DELIVERIES) {
    throw new SimulatorError(
      'bad-setting',
      `rate x durationMs x nodes is ${deliveries.toLocaleString('en')} deliveries, the limit is ${MAX_DELIVERIES.toLocaleString('en')}`,
    )
  }
  checkGossip(settings.gossip)
  return settings
}

/** Messages that a run publishes. */
export function messageCount({ rate, durationMs }: Pick<NetworkSettings, 'rate' | 'durationMs'>): number {
  return Math.max(1, Math.round((rate * durationMs) / 1_000))
}

function integer(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw bad(name, value, `an integer from ${least} to ${most.toLocaleString('en')}`)
  }
}

function within(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw bad(name, value, `${least} to ${most.toLocaleString('en')}`)
}

function bad(name: string, value: unknown, takes: string): SimulatorError {
  return new SimulatorError('bad-setting', `${name} is ${String(value)}, it takes ${takes}`)
}
