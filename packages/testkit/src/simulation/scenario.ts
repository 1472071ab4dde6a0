import { random } from '../random.ts'
import type { Random, Seed } from '../random.ts'
import type { Pricing } from '@stoa/replica/core'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** What happens in a run. All of it is drawn from the seed, within these numbers. */
export interface Scenario {
  readonly name: string
  readonly nodes: number
  readonly owners: number
  /** How long owners write and faults happen. Then everything heals, and nothing is written any more. */
  readonly activeMs: number
  /** Mean time between two deeds of one owner. */
  readonly deedEveryMs: number
  /** Shortest and longest time that an entry is meant to be live. */
  readonly ttlMs: readonly [number, number]
  /** Length of an entry's bytes. */
  readonly sizeBytes: readonly [number, number]
  readonly maxPerGroup: number
  readonly budgetBytes: number
  readonly pricing: Pricing
  /** Share of gossip messages lost a hop, and sent twice. */
  readonly gossipLoss: number
  readonly duplication: number
  /** Share of session messages at which the connection ends. */
  readonly sessionLoss: number
  readonly latencyMs: readonly [number, number]
  /** Clocks are off by up to this much, either way. */
  readonly skewMs: number
  /** Nodes whose clock is off by up to `STRAY_SKEW_MS`, more than entries may be. */
  readonly strayClocks: number
  readonly crashes: number
  /** Crashes that also lose the disk. */
  readonly diskLosses: number
  readonly joins: number
  readonly leaves: number
  readonly partitions: number
  readonly partitionMs: number
  /** Share of owners with a second device. */
  readonly twoDevices: number
  /** Share of owners that break the rules with proven entries. */
  readonly unruly: number
  /** Forged or replayed entries injected a minute. */
  readonly forgeriesPerMinute: number
  /** Whether the run goes on until everything has expired. */
  readonly untilEmpty: boolean
  /** Within how many sync rounds of the end of all faults sets must be equal. */
  readonly maxRounds: number
}

export const MAX_CLOCK_SKEW_MS = 2 * MINUTE
export const STRAY_SKEW_MS = 5 * MINUTE
export const MAX_TTL_MS = 60 * MINUTE
/** How long sets may take to become equal before the run fails. */
export const SETTLE_MS = 20 * MINUTE

const CALM: Scenario = {
  name: 'calm',
  nodes: 12,
  owners: 8,
  activeMs: 20 * MINUTE,
  deedEveryMs: 100 * SECOND,
  ttlMs: [20 * SECOND, 40 * MINUTE],
  sizeBytes: [100, 2_000],
  maxPerGroup: 1_000,
  budgetBytes: 2 ** 28,
  pricing: 'open',
  gossipLoss: 0,
  duplication: 0,
  sessionLoss: 0,
  latencyMs: [5, 150],
  skewMs: 0,
  strayClocks: 0,
  crashes: 0,
  diskLosses: 0,
  joins: 0,
  leaves: 0,
  partitions: 0,
  partitionMs: 0,
  twoDevices: 0,
  unruly: 0,
  forgeriesPerMinute: 0,
  untilEmpty: false,
  maxRounds: 2,
}

const NAMED = {
  calm: {},
  loss: { gossipLoss: 0.5, duplication: 0.2, sessionLoss: 0.1 },
  partition: { partitions: 1, partitionMs: 10 * MINUTE, gossipLoss: 0.05 },
  'partition-200': {
    nodes: 200,
    owners: 40,
    deedEveryMs: 4 * MINUTE,
    partitions: 1,
    partitionMs: 10 * MINUTE,
    gossipLoss: 0.05,
    duplication: 0.02,
    sessionLoss: 0.01,
  },
  crashes: { crashes: 10, diskLosses: 2, gossipLoss: 0.1 },
  clocks: { skewMs: MAX_CLOCK_SKEW_MS, strayClocks: 2, untilEmpty: true, maxRounds: 3 },
  churn: { joins: 6, leaves: 4, gossipLoss: 0.1 },
  quota: { maxPerGroup: 4, twoDevices: 0.5, unruly: 0.3, diskLosses: 2, gossipLoss: 0.2 },
  budget: { budgetBytes: 24_000, pricing: 'priced', deedEveryMs: 40 * SECOND, gossipLoss: 0.2 },
  devices: { twoDevices: 1, diskLosses: 3, skewMs: MAX_CLOCK_SKEW_MS / 2, gossipLoss: 0.2, untilEmpty: true },
  hostile: { unruly: 0.5, forgeriesPerMinute: 10, gossipLoss: 0.1, untilEmpty: true },
} as const satisfies Record<string, Partial<Scenario>>

export type ScenarioName = keyof typeof NAMED | 'mixed'

export const SCENARIOS: readonly ScenarioName[] = ['mixed', ...(Object.keys(NAMED) as Array<keyof typeof NAMED>)]

export function isScenario(name: string): name is ScenarioName {
  return (SCENARIOS as readonly string[]).includes(name)
}

/** The scenario of this name. `mixed` draws every number from the seed: any fault may meet any other. */
export function scenarioOf(name: ScenarioName, seed: Seed, nodes?: number): Scenario {
  const scenario = name === 'mixed' ? mixed(random(seed).fork('scenario')) : { ...CALM, name, ...NAMED[name] }
  return nodes === undefined ? scenario : { ...scenario, nodes }
}

function mixed(from: Random): Scenario {
  const some = (probability: number, most: number): number => (from.chance(probability) ? from.next() * most : 0)
  const few = (probability: number, most: number): number => Math.ceil(some(probability, most))
  const isScarce = from.chance(0.25)
  return {
    ...CALM,
    name: 'mixed',
    nodes: from.int(6, 20),
    owners: from.int(3, 9),
    deedEveryMs: from.int(60, 150) * SECOND,
    maxPerGroup: from.chance(0.3) ? from.int(2, 8) : 1_000,
    budgetBytes: isScarce ? from.int(8, 40) * 1_000 : CALM.budgetBytes,
    pricing: isScarce && from.chance(0.7) ? 'priced' : 'open',
    gossipLoss: some(0.8, 0.6),
    duplication: some(0.5, 0.3),
    sessionLoss: some(0.5, 0.1),
    latencyMs: [5, from.pick([20, 200, 2_000])],
    skewMs: some(0.6, MAX_CLOCK_SKEW_MS),
    strayClocks: few(0.2, 2),
    crashes: few(0.5, 6),
    diskLosses: few(0.3, 3),
    joins: few(0.3, 4),
    leaves: few(0.3, 3),
    partitions: few(0.5, 2),
    partitionMs: from.int(2, 10) * MINUTE,
    twoDevices: some(0.4, 1),
    unruly: some(0.4, 0.6),
    forgeriesPerMinute: some(0.4, 8),
    untilEmpty: from.chance(0.3),
    maxRounds: 4,
  }
}
