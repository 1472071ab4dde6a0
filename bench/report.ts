import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Row } from './table.ts'

const VERSION = 2
const RESULTS = join(import.meta.dirname, 'results')

/** What a run measured, as it is in its JSON file. */
export interface Report {
  version: typeof VERSION
  date: string
  commit: string
  /** Files differed from the commit. */
  isModified: boolean
  machine: { cpu: string; cores: number; memoryBytes: number; node: string; loadAverage: number }
  rounds: number
  /** It was ended before all benches were done. */
  isInterrupted: boolean
  benches: BenchReport[]
}

export interface BenchReport {
  name: string
  seconds: number
  rows: Row[]
  /** Why it did not come to its end. `rows` are those that it had by then. */
  error?: string
  /** What plots are drawn from. */
  points?: unknown
}

export class ReportError extends Error {
  override name = 'ReportError'
}

export function newReport(rounds: number): Report {
  const [commit, changes] = [git('rev-parse', '--short', 'HEAD'), git('status', '--porcelain', '--untracked-files=no')]
  return {
    version: VERSION,
    date: new Date().toISOString(),
    commit: commit ?? 'none',
    isModified: changes !== '',
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      node: process.versions.node,
      loadAverage: loadavg()[0]!,
    },
    rounds,
    isInterrupted: false,
    benches: [],
  }
}

/** Of a report that no file was named for: bench/results/<date>-<commit>.json */
export function defaultFile({ date, commit }: Report): string {
  return join(RESULTS, `${date.slice(0, 19).replaceAll(':', '')}-${commit}.json`)
}

export function writeReport(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
}

/** @throws {ReportError} what is wrong with the file, in words */
export function readReport(file: string): Report {
  let report: Report
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch (error) {
    throw new ReportError(`${file} cannot be read: ${(error as Error).message}`)
  }
  if (report?.version !== VERSION || !Array.isArray(report.benches)) {
    throw new ReportError(`${file} is no report of \`pnpm bench\`, version ${VERSION}`)
  }
  return report
}

/** One line. */
export function aboutOf(report: Report): string {
  const { rounds } = report
  return `${whereOf(report)}; median of ${rounds} round${rounds === 1 ? '' : 's'}`
}

/** The machine, when, and which code. */
export function whereOf({ date, commit, isModified, machine }: Report): string {
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB`
  return `${machine.cores} × ${machine.cpu}, ${memory}, Node ${machine.node}; ${date.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}${isModified ? ' and changes' : ''}`
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    // not a checkout: a report without a commit is a report
    return undefined
  }
}
