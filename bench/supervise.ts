import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import type { Bench } from './catalogue.ts'
import type { Said } from './one.ts'
import type { BenchReport } from './report.ts'

const ONE = join(import.meta.dirname, 'one.ts')
const DEFAULT_LIMIT_MINUTES = 30

/** Runs a bench in a group of processes of its own, and ends all of them. Never rejects: what went wrong is in the report. */
export async function supervise(
  name: string,
  bench: Bench,
  { rounds, sizes, signal }: { rounds: number; sizes: number[] | undefined; signal: AbortSignal },
): Promise<BenchReport> {
  const started = performance.now()
  // what is left in it when a bench is ended goes, too
  const directory = mkdtempSync(join(tmpdir(), 'stoa-bench-'))
  const child = fork(ONE, [name, String(rounds), ...(sizes === undefined ? [] : [sizes.join(',')])], {
    detached: true,
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const report: BenchReport = { name, seconds: 0, rows: [] }
  const minutes = bench.limitMinutes ?? DEFAULT_LIMIT_MINUTES
  try {
    report.error = await ending(child, report, AbortSignal.any([signal, AbortSignal.timeout(minutes * 60_000)]))
    if (report.error === 'aborted') {
      report.error = signal.aborted ? 'interrupted' : `did not end within ${minutes} minutes`
    }
  } finally {
    await endGroup(child)
    rmSync(directory, { recursive: true, force: true })
  }
  if (report.error === undefined) delete report.error
  report.seconds = (performance.now() - started) / 1_000
  return report
}

/** Why it ended; undefined: it came to its end. */
async function ending(child: ChildProcess, report: BenchReport, signal: AbortSignal): Promise<string | undefined> {
  return new Promise(resolve => {
    child.on('message', (said: Said) => {
      if ('rows' in said) Object.assign(report, said)
      else resolve('error' in said ? said.error : undefined)
    })
    child.on('error', error => resolve(error.message))
    child.on('exit', (code, by) => resolve(`its process ended with ${by ?? `code ${code}`}`))
    if (signal.aborted) resolve('aborted')
    signal.addEventListener('abort', () => resolve('aborted'))
  })
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // none of the group is left
  }
  await gone
}
