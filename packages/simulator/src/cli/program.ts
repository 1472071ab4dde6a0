import { join } from 'node:path'
import { simulateApart } from '../apart/apart.ts'
import { SimulatorError } from '../errors.ts'
import { resultToJson } from '../result-json.ts'
import { networkHtml } from '../report/html.ts'
import { colored, networkText, verdict } from '../report/terminal.ts'
import { isGood } from '../report/words.ts'
import { sweepHtml } from '../sweep/html.ts'
import { sweepJson } from '../sweep/sweep-json.ts'
import { distinctSettings, sweep } from '../sweep/sweep.ts'
import { sweepText } from '../sweep/terminal.ts'
import { parseCommand } from './command.ts'
import { outputDirectory, write } from './output-directory.ts'
import { progressLine, sweepLineOf } from './progress-line.ts'
import { ProgressPrinter } from './progress-printer.ts'
import { HINT, usage } from './usage.ts'
import { UsageError } from './usage-error.ts'
import type { TerminalStyle } from '../report/terminal.ts'
import type { Command, SweepCommand } from './command.ts'
import type { ProgressStream } from './progress-printer.ts'

export interface ProgramInit {
  stdout: ProgressStream
  stderr: ProgressStream
  /** Aborts on Ctrl-C. */
  signal: AbortSignal
  stdoutStyle: TerminalStyle
  stderrStyle: TerminalStyle
  /** A process of its own for each run, by default. */
  simulate?: typeof simulateApart
}

const OK = 0
/** Messages were lost, the run is not valid, or it failed. */
const BAD = 1
const USAGE = 2
const INTERRUPTED = 130

/** The command line. Resolves to its exit code. @param args without the program's name */
export async function run(args: readonly string[], init: ProgramInit): Promise<number> {
  const progress = new ProgressPrinter(init.stderr)
  const complain = (text: string) => progress.say(colored('red', text, init.stderrStyle))
  try {
    const command = parseCommand(args)
    if (command.type === 'help') {
      init.stdout.write(`${usage()}\n`)
      return OK
    }
    return await (command.type === 'run' ? runOne(command, init, progress) : runSweep(command, init, progress))
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\n${HINT}`)
      return USAGE
    }
    if (error instanceof SimulatorError && error.code === 'aborted') return INTERRUPTED
    if (!(error instanceof SimulatorError)) throw error
    complain(error.message)
    return BAD
  }
}

async function runOne(
  { settings, out, isJson }: Command & { type: 'run' },
  init: ProgramInit,
  progress: ProgressPrinter,
): Promise<number> {
  const { signal, simulate = simulateApart } = init
  const directory = out === undefined ? undefined : await outputDirectory(out)
  let last = 'starting'
  const result = await simulate(settings, {
    signal,
    onProgress: each => {
      last = each.phase
      progress.show(progressLine(each, settings), each.phase)
    },
  }).catch((error: unknown) => {
    if (signal.aborted) progress.say(`interrupted while ${last}: nothing was measured to the end, nothing was written`)
    throw error
  })
  progress.clear()
  init.stdout.write(isJson ? resultToJson(result) : `${networkText(result, init.stdoutStyle)}\n`)
  // who reads JSON, or has it read, shall not miss it
  if (isJson && !isGood(result)) progress.say(verdict(result, init.stderrStyle))
  if (directory !== undefined) {
    await write(directory, 'result.json', resultToJson(result))
    progress.say(`report in ${await write(directory, 'report.html', networkHtml(result))}`)
  }
  return isGood(result) ? OK : BAD
}

async function runSweep(command: SweepCommand, init: ProgramInit, progress: ProgressPrinter): Promise<number> {
  const { varied, isComparable, seeds, again, isJson } = command
  const settings = distinctSettings(command.settings)
  const directory = await outputDirectory(command.out)
  const runs = await outputDirectory(join(directory, 'runs'))
  let done = 0
  const points = await sweep(settings, {
    directory: runs,
    simulate: init.simulate ?? simulateApart,
    seeds,
    again,
    isComparable,
    signal: init.signal,
    onProgress: each => progress.show(sweepLineOf(each), `${each.index} ${each.progress?.phase ?? ''}`),
    onResult: async ({ label, name, result }, wasKept) => {
      done++
      await write(runs, `${name}.html`, networkHtml(result))
      if (wasKept) progress.say(`${label}: kept from before`)
      if (!isGood(result)) progress.say(`${label}: ${verdict(result, init.stderrStyle)}`)
    },
  }).catch((error: unknown) => {
    const kept = `${done} of ${settings.length * seeds} runs are done and kept in ${directory}`
    if (init.signal.aborted) progress.say(`interrupted: ${kept}; the same command goes on from there`)
    else if (error instanceof SimulatorError) progress.say(kept)
    throw error
  })
  progress.clear()
  init.stdout.write(isJson ? sweepJson(points) : `${sweepText(points, isComparable, init.stdoutStyle)}\n`)
  await write(directory, 'sweep.json', sweepJson(points))
  progress.say(`report in ${await write(directory, 'sweep.html', sweepHtml(points, varied, isComparable))}`)
  return points.every(({ runs: each }) => each.every(({ result }) => isGood(result))) ? OK : BAD
}
