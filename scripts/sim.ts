// Simulates networks of replicas, hundreds of nodes in virtual time: docs/simulation.md
//   pnpm sim [--seeds N] [--from SEED] [--scenario NAME] [--nodes N] [--workers N] [--json]
//   SEED=… pnpm sim [--scenario NAME] [--nodes N]      replays one run exactly
import { parseArgs } from 'node:util'
import { isScenario, SCENARIOS, simulateMany } from '@stoa/testkit/simulation'
import type { SimulationInit, SimulationReport } from '@stoa/testkit/simulation'

const USAGE = `[SEED=…] pnpm sim [--seeds 1..] [--from 0..] [--scenario ${SCENARIOS.join('|')}] [--nodes 2..1000] [--workers 1..] [--json]`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '0' },
    scenario: { type: 'string', default: 'mixed' },
    nodes: { type: 'string' },
    workers: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) exitWith(0, USAGE)
const { scenario } = values
if (!isScenario(scenario)) exitWith(2, `there is no scenario ${scenario}\n${USAGE}`)
const nodes = values.nodes === undefined ? undefined : count('nodes', values.nodes, 2, 1_000)
const workers = values.workers === undefined ? undefined : count('workers', values.workers, 1, 64)

const began = performance.now()
const { reports, failures } = await simulateMany(runs(), { workers, onDone: showProgress })
if (process.stderr.isTTY) process.stderr.write('\r\x1B[K')
for (const { init, message } of failures) console.error(`✗ seed ${init.seed}: ${message}\n`)
if (values.json) console.log(JSON.stringify({ reports, failures }, null, 2))
else summarize(reports)
process.exit(failures.length > 0 ? 1 : 0)

function runs(): SimulationInit[] {
  const base = { scenario: scenario as SimulationInit['scenario'], nodes }
  const one = process.env['SEED']
  // a number and its digits seed alike
  if (one !== undefined) return [{ ...base, seed: one }]
  const from = count('from', values.from, 0, Number.MAX_SAFE_INTEGER)
  return Array.from({ length: count('seeds', values.seeds, 1, 10_000_000) }, (_, index) => ({
    ...base,
    seed: from + index,
  }))
}

function showProgress(done: number, failed: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} runs, ${failed} failed `)
}

function summarize(all: readonly SimulationReport[]): void {
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  console.log(`${all.length} runs kept every promise, ${failures.length} did not; ${seconds} s`)
  const worst = all.toSorted((a, b) => b.rounds - a.rounds || b.settledMs - a.settledMs)[0]
  if (worst === undefined) return
  const settled = (worst.settledMs / 1_000).toFixed(0)
  console.log(
    `slowest to agree: seed ${worst.seed}, ${worst.nodes} nodes, in sync round ${worst.rounds}, ${settled} s after the last fault`,
  )
  const sum = (of: (report: SimulationReport) => number): string =>
    all.reduce((total, report) => total + of(report), 0).toLocaleString('en')
  console.log(
    `${sum(({ nodes: each }) => each)} nodes, ${sum(({ entries }) => entries)} entries, ${sum(({ counters }) => counters.gossipMessages)} gossip messages, ${sum(({ counters }) => counters.sessions)} sessions, ${sum(({ events }) => events)} events`,
  )
}

function count(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value
  exitWith(2, `--${name} is ${text}, it takes ${least} to ${most}\n${USAGE}`)
}

function exitWith(code: number, text: string): never {
  if (code === 0) console.log(text)
  else console.error(text)
  process.exit(code)
}
