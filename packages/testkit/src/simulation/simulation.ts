import { random } from '../random.ts'
import { isAgreed } from './agreement.ts'
import { expectEmpty, expectEqual, expectExpected, expectSound } from './checks.ts'
import { scheduleFaults } from './faults.ts'
import { ToyNetwork } from './network.ts'
import { MAX_TTL_MS, SETTLE_MS, scenarioOf, STRAY_SKEW_MS } from './scenario.ts'
import { ToyOwner } from './toy-owner.ts'
import { shortOf } from './toy-hash.ts'
import type { Random, Seed } from '../random.ts'
import type { NetworkCounters } from './network.ts'
import type { Scenario, ScenarioName } from './scenario.ts'
import type { EntryMeta } from '@stoa/replica/core'

export interface SimulationInit {
  readonly seed: Seed
  /** `mixed` by default. */
  readonly scenario?: ScenarioName
  /** Instead of the scenario’s. */
  readonly nodes?: number
}

export interface SimulationReport {
  readonly seed: Seed
  readonly scenario: string
  readonly nodes: number
  /** Made by owners, and by those who are none. */
  readonly entries: number
  readonly acknowledged: number
  /** What each node held when all were equal. */
  readonly held: number
  /** In which sync round after the last fault all sets became equal. 0: they were already. */
  readonly rounds: number
  /** And after how much virtual time. */
  readonly settledMs: number
  readonly events: number
  readonly counters: NetworkCounters
  /** Equal for equal runs, and hardly else. */
  readonly trace: number
}

export class SimulationError extends Error {
  override name = 'SimulationError'
  readonly seed: Seed

  constructor({ seed, scenario = 'mixed', nodes }: SimulationInit, atMs: number, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause)
    const size = nodes === undefined ? '' : ` --nodes ${nodes}`
    super(
      `${what}\n(${(atMs / 1_000).toFixed(3)} s into it; replay with SEED=${seed} pnpm sim --scenario ${scenario}${size})`,
      { cause },
    )
    this.seed = seed
  }
}

const START_MS = 1_800_000_000_000
/** How long equal sets are watched. */
const QUIET_MS = 8 * 60_000
/** By which clocks may be wrong, and a little more. */
const MARGIN_MS = STRAY_SKEW_MS + 60_000
const CHECK_EVERY_MS = 45_000
/** How often sets are compared until they are equal. */
const LOOK_MS = 1_000

/** Runs one seed. @throws {SimulationError} at the first thing that must not happen: docs/simulation.md has the list */
export function simulate(init: SimulationInit): SimulationReport {
  const scenario = scenarioOf(init.scenario ?? 'mixed', init.seed, init.nodes)
  const network = new ToyNetwork(scenario, random(init.seed), START_MS)
  try {
    return run(init.seed, scenario, network)
  } catch (error) {
    throw new SimulationError(init, network.queue.nowMs - START_MS, error)
  }
}

function run(seed: Seed, scenario: Scenario, network: ToyNetwork): SimulationReport {
  const { queue, history, counters } = network
  const seeded = random(seed)
  const endMs = START_MS + scenario.activeMs
  const owners = ownersOf(scenario, network, seeded.fork('owners'), endMs)
  scheduleFaults(network, owners, scenario, seeded.fork('faults'), endMs)
  scheduleDeeds(network, owners, scenario, seeded.fork('deeds'), endMs)
  const trace = watch(network, scenario, seeded.fork('checks'))
  queue.runUntil(endMs)

  network.isCalm = true
  network.heal()
  for (const node of network.nodes) if (node.state === 'down') network.restart(node)
  const exists = new Map<number, EntryMeta>()
  for (const node of network.up()) for (const meta of node.witness.held.values()) exists.set(shortOf(meta.itemId), meta)
  network.onChanged = (_, changes) => {
    for (const { type, meta } of changes) if (type === 'put') exists.set(shortOf(meta.itemId), meta)
  }
  const before = new Map(network.nodes.map(({ schedule }) => [schedule, schedule.rounds]))
  let rounds = 0
  while (!isAgreed(network) && queue.nowMs < endMs + SETTLE_MS) {
    queue.runUntil(queue.nowMs + LOOK_MS)
    rounds = 1 + Math.min(...network.up().map(({ schedule }) => schedule.rounds - (before.get(schedule) ?? 0)))
  }
  const settledMs = queue.nowMs - endMs
  queue.runUntil(queue.nowMs + QUIET_MS)
  expectEqual(network)
  expectExpected(network, scenario, exists.values())
  for (const node of network.up()) expectSound(node, scenario)
  if (rounds > scenario.maxRounds)
    throw new Error(`sets became equal in sync round ${rounds} after the last fault; ${scenario.maxRounds} are enough`)
  const held = network.up()[0]?.set.size ?? 0

  if (scenario.untilEmpty) {
    const lives = history.entries.filter(entry => entry.holdsMs - entry.createdMs <= MAX_TTL_MS)
    queue.runUntil(Math.max(queue.nowMs, ...lives.map(({ holdsMs }) => holdsMs)) + MARGIN_MS)
    expectEmpty(network)
  }
  return {
    seed,
    scenario: scenario.name,
    nodes: network.nodes.length,
    entries: history.entries.length,
    acknowledged: history.acknowledged.size,
    held,
    rounds,
    settledMs,
    events: queue.ran,
    counters,
    trace: trace(),
  }
}

function ownersOf(scenario: Scenario, network: ToyNetwork, random: Random, endMs: number): ToyOwner[] {
  const { history, nodes } = network
  const quiet = [endMs - MARGIN_MS, endMs + SETTLE_MS + QUIET_MS + MARGIN_MS] as const
  return Array.from({ length: scenario.owners }, (_, index) => {
    const devices = random.shuffle(nodes).slice(0, random.chance(scenario.twoDevices) ? 2 : 1)
    return new ToyOwner({
      index,
      devices,
      history,
      scenario,
      isUnruly: random.chance(scenario.unruly),
      random: random.fork(`owner ${index}`),
      anyNode: () => {
        const up = network.up()
        return up.length === 0 ? undefined : random.pick(up)
      },
      outsideQuiet: timeMs => (timeMs > quiet[0] && timeMs < quiet[1] ? quiet[1] + random.int(0, 60_000) : timeMs),
    })
  })
}

/** Each owner does something now and then, with exponential gaps. */
function scheduleDeeds(
  network: ToyNetwork,
  owners: readonly ToyOwner[],
  { deedEveryMs }: Scenario,
  random: Random,
  endMs: number,
): void {
  const { queue } = network
  for (const owner of owners) {
    const next = (): void => {
      const atMs = queue.nowMs + Math.ceil(-Math.log(1 - random.next()) * deedEveryMs)
      if (atMs >= endMs) return
      queue.at(atMs, () => {
        owner.act()
        next()
      })
    }
    next()
  }
}

/** Looks at one node after the other while the run goes on. @returns what it has seen */
function watch(network: ToyNetwork, scenario: Scenario, random: Random): () => number {
  const { queue } = network
  let trace = 0
  const look = (): void => {
    const up = network.up()
    if (up.length > 0) {
      const node = random.pick(up)
      expectSound(node, scenario)
      for (const char of `${node.digest} ${queue.ran}`) trace = (Math.imul(trace, 31) + char.charCodeAt(0)) | 0
    }
    // between two whole milliseconds, when everything that was due has been done
    queue.at(Math.floor(queue.nowMs) + CHECK_EVERY_MS + 0.5, look)
  }
  queue.at(queue.nowMs + 0.5, look)
  return () => trace
}
