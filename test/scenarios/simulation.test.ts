import { SCENARIOS, simulate, simulateMany } from '@stoa/testkit/simulation'
import { expect, test } from 'vitest'
import type { ScenarioName, SimulationInit } from '@stoa/testkit/simulation'

const SEEDS = 1_000
/** Each 125th run has 200 nodes and takes 3 s, the others some 60 ms. */
const LARGE_EVERY = 125
const NAMED = SCENARIOS.filter(name => name !== 'mixed' && name !== 'partition-200')

function runOf(seed: number): SimulationInit {
  return { seed, scenario: scenarioOf(seed) }
}

function scenarioOf(seed: number): ScenarioName {
  if (seed % LARGE_EVERY === 0) return 'partition-200'
  return seed % 4 === 0 ? NAMED[(seed / 4) % NAMED.length]! : 'mixed'
}

test(
  `${SEEDS} seeded networks keep every promise of docs/simulation.md, and agree after the last fault`,
  { timeout: 600_000 },
  async () => {
    const runs = Array.from({ length: SEEDS }, (_, index) => runOf(index + 1))
    const { reports, failures } = await simulateMany(runs)
    expect(failures.map(({ init, message }) => `seed ${init.seed}: ${message}`)).toEqual([])
    expect(reports).toHaveLength(SEEDS)
    // or nothing was tried
    const total = (name: string): number =>
      reports.reduce((sum, { counters }) => sum + (counters.verdicts[name] ?? 0), 0)
    for (const verdict of ['new', 'newer', 'superseded', 'expired', 'future', 'over-quota', 'no-room', 'unproven'])
      expect(total(verdict), verdict).toBeGreaterThan(0)
    expect(reports.filter(({ rounds }) => rounds > 0).length).toBeGreaterThan(SEEDS / 4)
  },
)

test('200 nodes that were parted for ten minutes, with writes on both sides, hold the same within two sync rounds', () => {
  const { nodes, rounds, entries, held } = simulate({ seed: 'parted', scenario: 'partition-200' })
  expect(nodes).toBe(200)
  expect(entries).toBeGreaterThan(100)
  expect(held).toBeGreaterThan(20)
  expect(rounds).toBeGreaterThan(0)
  expect(rounds).toBeLessThanOrEqual(2)
})

test('a seed replays exactly', () => {
  expect(simulate({ seed: 3 })).toEqual(simulate({ seed: 3 }))
  expect(simulate({ seed: 4 }).trace).not.toBe(simulate({ seed: 3 }).trace)
})
