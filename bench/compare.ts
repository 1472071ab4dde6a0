import type { BenchReport, Report } from './report.ts'
import type { Row } from './table.ts'

/** Where fewer rounds are known, what may be noise. */
const UNKNOWN_NOISE = 0.1
/** Changes below this are none, whatever the rounds say. */
const LEAST_CHANGE = 0.03
const LEAST_ROUNDS = 3

export interface Compared {
  row: Row
  /** Undefined: it was not measured then. */
  earlier: Row | undefined
  /** Of the ratio: 0.1 is a tenth more. */
  change: number | undefined
  verdict: 'worse' | 'better' | 'same' | 'new'
}

/** Each row of a bench beside the same of an earlier run. What counts is the ratio: it drifts less with the machine than its figures. */
export function compareBench(bench: BenchReport, earlier: Report): Compared[] {
  const rows = earlier.benches.find(({ name }) => name === bench.name)?.rows ?? []
  const before = new Map(rows.map(row => [nameOf(row), row]))
  return bench.rows.map(row => compareRow(row, before.get(nameOf(row))))
}

export function compareRow(row: Row, earlier: Row | undefined): Compared {
  if (earlier === undefined) return { row, earlier, change: undefined, verdict: 'new' }
  const change = earlier.ratio === row.ratio ? 0 : row.ratio / earlier.ratio - 1
  if (!isBeyondNoise(row, earlier, change)) return { row, earlier, change, verdict: 'same' }
  return { row, earlier, change, verdict: change > 0 === (row.better === 'more') ? 'better' : 'worse' }
}

/** Beyond the noise: neither median lies among the rounds of the other run. */
function isBeyondNoise(row: Row, earlier: Row, change: number): boolean {
  // a cost that was nothing and is something
  if (!Number.isFinite(change)) return true
  const [now, then] = [row.rounds?.ratio ?? [], earlier.rounds?.ratio ?? []]
  if (now.length < LEAST_ROUNDS || then.length < LEAST_ROUNDS) return Math.abs(change) > UNKNOWN_NOISE
  return Math.abs(change) > LEAST_CHANGE && !isAmong(row.ratio, then) && !isAmong(earlier.ratio, now)
}

function isAmong(value: number, rounds: readonly number[]): boolean {
  return value >= Math.min(...rounds) && value <= Math.max(...rounds)
}

/** What stays the same from run to run. */
function nameOf({ what, unit, against }: Row): string {
  return JSON.stringify([what, unit, against])
}
