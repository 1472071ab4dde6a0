import { SimulatorError } from '../errors.ts'
import { PROFILES } from '../profile.ts'
import { DEFAULTS, resolveSettings } from '../settings.ts'
import { gossipOfFlags } from './gossip-flags.ts'
import { bandwidth, byteCount, durationMs, perSecond, plain, rangeMs, share, unlike } from './quantities.ts'
import { UsageError } from './usage-error.ts'
import type { ProfileName } from '../profile.ts'
import type { NetworkSettings } from '../settings.ts'

/** What the settings are made of, as it was typed. A name that is not there is as in DEFAULTS. */
export interface SettingsFlags {
  profile?: string
  nodes?: string
  topology?: string
  latency?: string
  bandwidth?: string
  loss?: string
  size?: string
  rate?: string
  duration?: string
  settle?: string
  seed?: string
  dilation?: string
  /** `gossip.D=6` */
  set?: string[]
}

type Given = Partial<NetworkSettings>

const NAMED_TOPOLOGIES = ['line', 'ring', 'star', 'full'] as const

/** One reader for each flag. What it says when it does not understand names the flag. */
const READERS: Readonly<Record<Exclude<keyof SettingsFlags, 'profile' | 'set'>, (text: string) => Given>> = {
  nodes: text => ({ nodes: plain('--nodes', text, 'a number of nodes') }),
  topology: text => ({ topology: topologyOf(text) }),
  latency: text => ({ latencyMs: rangeMs('--latency', text) }),
  bandwidth: text => ({ bytesPerSecond: bandwidth('--bandwidth', text) }),
  loss: text => ({ loss: share('--loss', text) }),
  size: text => ({ messageBytes: byteCount('--size', text) }),
  rate: text => ({ rate: perSecond('--rate', text) }),
  duration: text => ({ durationMs: durationMs('--duration', text) }),
  settle: text => ({ settleMs: durationMs('--settle', text) }),
  seed: text => ({ seed: text }),
  dilation: text => ({
    dilation: text === 'auto' ? text : plain('--dilation', text, 'auto, or a factor of 1 or more'),
  }),
}

/** Names of settings whose flag is called otherwise. */
const FLAG_OF: Readonly<Record<string, string>> = {
  latencyMs: 'latency',
  bytesPerSecond: 'bandwidth',
  messageBytes: 'size',
  durationMs: 'duration',
  settleMs: 'settle',
  gossip: 'set',
}

/** A profile says what links are like, flags override it. @throws {UsageError} */
export function settingsOf(flags: SettingsFlags): NetworkSettings {
  const given: Given = flags.profile === undefined ? {} : profileOf(flags.profile)
  for (const [name, read] of Object.entries(READERS)) {
    const text = flags[name as keyof typeof READERS]
    if (text !== undefined) Object.assign(given, read(text))
  }
  const { nodes } = given
  // as many neighbours as there are others, where the default asks for more
  if (nodes !== undefined && nodes >= 2 && flags.topology === undefined) given.topology = sparse(nodes)
  if (flags.set !== undefined) given.gossip = gossipOfFlags('--set', flags.set)
  try {
    return resolveSettings(given)
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error
    const name = /^\w+/.exec(error.message)?.[0] ?? ''
    throw new UsageError(`--${FLAG_OF[name] ?? name}: ${error.message}`, { cause: error })
  }
}

export function isSettingsFlag(name: string): name is keyof typeof READERS | 'profile' {
  return Object.hasOwn(READERS, name) || name === 'profile'
}

function sparse(nodes: number): NetworkSettings['topology'] {
  const { topology } = DEFAULTS
  return typeof topology === 'object' ? { random: Math.min(topology.random, nodes - 1) } : topology
}

function profileOf(text: string): Given {
  if (!Object.hasOwn(PROFILES, text)) throw unlike('--profile', text, `one of ${Object.keys(PROFILES).join(', ')}`)
  return { ...PROFILES[text as ProfileName] }
}

function topologyOf(text: string): NetworkSettings['topology'] {
  const [, degree] = /^random:(\d+)$/.exec(text) ?? []
  if (degree !== undefined) return { random: Number(degree) }
  const named = NAMED_TOPOLOGIES.find(name => name === text)
  if (named === undefined) throw unlike('--topology', text, `${NAMED_TOPOLOGIES.join(', ')} or random:N`)
  return named
}
