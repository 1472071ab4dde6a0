import { compareBench } from './compare.ts'
import type { Bench } from './catalogue.ts'
import type { Compared } from './compare.ts'
import type { BenchReport, Report } from './report.ts'
import type { Row } from './table.ts'

type Column = readonly [title: string, align: 'left' | 'right', cellOf: (compared: Compared) => string]

const COLUMNS: readonly Column[] = [
  ['', 'left', ({ row }) => `  ${row.what}${row.note === undefined ? '' : `: ${row.note}`}`],
  ['ours', 'right', ({ row }) => figure(row.ours)],
  ['theirs', 'right', ({ row }) => figure(row.theirs)],
  ['', 'left', ({ row }) => row.unit],
  ['against', 'left', ({ row }) => row.against],
  ['ratio', 'right', ({ row }) => ratio(row.ratio)],
  ['rounds', 'left', ({ row }) => spreadOf(row)],
  ['goal', 'right', ({ row }) => goalOf(row)],
  ['', 'left', ({ row }) => markOf(row)],
]
const EARLIER: readonly Column[] = [
  ['ours then', 'right', ({ earlier }) => (earlier === undefined ? '–' : figure(earlier.ours))],
  ['ratio then', 'right', ({ earlier }) => (earlier === undefined ? '–' : ratio(earlier.ratio))],
  ['change', 'right', ({ change }) => (change === undefined ? '–' : percent(change))],
  ['', 'left', ({ verdict }) => (verdict === 'same' ? '' : verdict)],
]

/** One table of all benches, each under its name. @param earlier to show beside it */
export function tableOf(report: Report, benches: Record<string, Bench>, earlier?: Report): string {
  const columns = earlier === undefined ? COLUMNS : [...COLUMNS, ...EARLIER]
  const groups = report.benches.map(bench => ({
    title: titleOf(bench, benches[bench.name]),
    rows: comparedOf(bench, earlier).map(row => columns.map(([, , cellOf]) => cellOf(row))),
    invalid: new Set(bench.rows.flatMap(({ invalid }) => (invalid === undefined ? [] : [invalid]))),
    error: bench.error,
  }))
  const head = columns.map(([title]) => title)
  const widths = head.map((title, column) =>
    Math.max(title.length, ...groups.flatMap(({ rows }) => rows.map(row => row[column]!.length))),
  )
  const line = (cells: string[]): string =>
    cells
      .map((cell, at) => (columns[at]![1] === 'right' ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd()
  const lines = [line(head)]
  for (const { title, rows, invalid, error } of groups) {
    lines.push(title, ...rows.map(line), ...[...invalid].map(reason => `  ! figures marked so do not hold: ${reason}`))
    if (error !== undefined) lines.push(`  ✗ not done: ${error}`)
  }
  return lines.join('\n')
}

/** What was reached and what not, in words. */
export function summaryOf(report: Report, earlier?: Report): string[] {
  const rows = report.benches.flatMap(bench => bench.rows.map(row => ({ bench: bench.name, row })))
  const withGoal = rows.filter(({ row }) => row.goal !== undefined)
  const missed = withGoal.filter(({ row }) => !row.met)
  const nameOf = ({ bench, row }: (typeof rows)[number]): string => `${bench}: ${row.what} (${row.against})`
  const lines = [
    `${rows.length} figures; ${withGoal.length - missed.length} of ${withGoal.length} goals met`,
    ...missed.map(each => `  missed: ${nameOf(each)}, ratio ${each.row.ratio.toFixed(2)}, goal ${goalOf(each.row)}`),
    ...report.benches.flatMap(({ name, error }) => (error === undefined ? [] : [`  not done: ${name}: ${error}`])),
  ]
  if (earlier === undefined) return lines
  const worse = worseThan(report, earlier)
  lines.push(`${worse.length} worse by more than the noise than on ${earlier.date.slice(0, 16).replace('T', ' ')}`)
  for (const { bench, compared } of worse) {
    const { row, change } = compared
    lines.push(`  worse: ${nameOf({ bench, row })}, ratio ${percent(change!)}`)
  }
  return lines
}

export function worseThan(report: Report, earlier: Report): Array<{ bench: string; compared: Compared }> {
  return report.benches.flatMap(bench =>
    compareBench(bench, earlier)
      .filter(({ verdict }) => verdict === 'worse')
      .map(compared => ({ bench: bench.name, compared })),
  )
}

function comparedOf(bench: BenchReport, earlier: Report | undefined): Compared[] {
  if (earlier !== undefined) return compareBench(bench, earlier)
  return bench.rows.map(row => ({ row, earlier: undefined, change: undefined, verdict: 'new' }))
}

function titleOf({ name, seconds }: BenchReport, bench: Bench | undefined): string {
  return `${name}${bench === undefined ? '' : `: ${bench.about}`} (${Math.round(seconds)} s)`
}

/** JSON has no NaN and no Infinity: what was divided by nothing is null in it. */
function ratio(value: number | null): string {
  return value !== null && Number.isFinite(value) ? value.toFixed(2) : '–'
}

function markOf({ goal, met, invalid }: Row): string {
  if (invalid !== undefined) return '!'
  if (goal === undefined) return ''
  return met ? '✓' : '✗'
}

function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–'
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}

/** Least and most of the rounds' ratios. */
function spreadOf({ rounds }: Row): string {
  if (rounds === undefined) return ''
  return `${Math.min(...rounds.ratio).toFixed(2)}–${Math.max(...rounds.ratio).toFixed(2)}`
}

function goalOf({ goal, better }: Row): string {
  return goal === undefined ? '–' : `${better === 'more' ? '≥' : '≤'} ${goal.toFixed(1)}`
}

function percent(change: number): string {
  if (!Number.isFinite(change)) return 'from 0'
  return `${change >= 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(0)} %`
}
