// Measures every hot path against a peer or a limit in the same run and prints the ratios: pnpm bench --help
import { relative } from 'node:path'
import { BENCHES } from './catalogue.ts'
import { list, parseCommand, USAGE, UsageError } from './command-line.ts'
import { summaryOf, tableOf, worseThan } from './print.ts'
import { aboutOf, defaultFile, newReport, readReport, ReportError, writeReport } from './report.ts'
import { supervise } from './supervise.ts'
import type { Command } from './command-line.ts'
import type { Report } from './report.ts'

const [DONE, FAILED, MISUSED, INTERRUPTED] = [0, 1, 2, 130]

try {
  const command = parseCommand(process.argv.slice(2))
  if (command === 'help') console.log(USAGE)
  else if (command === 'list') console.log(list())
  else process.exitCode = await main(command)
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ReportError)) throw error
  console.error(`${error.message}\n\npnpm bench --help tells more`)
  process.exitCode = MISUSED
}

async function main(command: Command): Promise<number> {
  // before anything is measured: an hour later is late to hear of a wrong name
  const earlier = command.compare === undefined ? undefined : readReport(command.compare)
  const report = command.show === undefined ? await measured(command) : readReport(command.show)
  show(report, earlier)
  if (command.draw !== undefined) await drawn(report, command.draw)
  return exitCode(report, earlier, command.isStrict)
}

async function measured({ names, rounds, sizes, json }: Command): Promise<Report> {
  const report = newReport(rounds)
  const file = json ?? defaultFile(report)
  writeReport(file, report)
  const interruption = new AbortController()
  const interrupt = (): void => {
    if (interruption.signal.aborted) process.exit(INTERRUPTED)
    console.error('\nending; what was measured is kept')
    interruption.abort()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  for (const [at, name] of names.entries()) {
    if (interruption.signal.aborted) break
    console.error(`${at + 1} of ${names.length}: ${name}, ${BENCHES[name]!.about}`)
    const bench = await supervise(name, BENCHES[name]!, { rounds, sizes, signal: interruption.signal })
    report.benches.push(bench)
    report.isInterrupted = interruption.signal.aborted
    // after each: nothing of an hour is lost with a machine that goes down
    writeReport(file, report)
    const outcome = bench.error === undefined ? '' : `, not done: ${bench.error}`
    console.error(`  ${bench.rows.length} figures in ${Math.round(bench.seconds)} s${outcome}`)
  }
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  console.error(`written to ${relative(process.cwd(), file)}\n`)
  return report
}

function show(report: Report, earlier: Report | undefined): void {
  console.log(aboutOf(report))
  const { cores, loadAverage } = report.machine
  if (loadAverage > cores / 2) {
    console.log(
      `the machine was busy when it began (load ${loadAverage.toFixed(1)} on ${cores} cores): figures are of what was left of it`,
    )
  }
  if (earlier !== undefined) {
    console.log(`beside: ${aboutOf(earlier)}`)
    const { machine } = earlier
    const isSame = machine.cpu === report.machine.cpu && machine.node === report.machine.node
    if (!isSame) console.log('another machine or Node: only ratios against a peer can be compared')
  }
  console.log(`\n${tableOf(report, BENCHES, earlier)}\n`)
  for (const line of summaryOf(report, earlier)) console.log(line)
}

/** echarts is loaded only by who wants plots. */
async function drawn(report: Report, directory: string): Promise<void> {
  const { draw } = await import('./draw.ts')
  const files = draw(report, directory)
  console.error(files.length === 0 ? 'nothing to draw' : `drawn: ${files.join(', ')}`)
}

function exitCode(report: Report, earlier: Report | undefined, isStrict: boolean): number {
  if (report.isInterrupted) return INTERRUPTED
  const hasFailed = report.benches.some(({ error }) => error !== undefined)
  const hasMissed = isStrict && report.benches.some(({ rows }) => rows.some(({ met }) => !met))
  const isWorse = earlier !== undefined && worseThan(report, earlier).length > 0
  return hasFailed || hasMissed || isWorse ? FAILED : DONE
}
