import { parseArgs } from 'node:util'
import { BENCHES, DEFAULT_NAMES } from './catalogue.ts'

const MAX_ROUNDS = 100
const MAX_SIZE = 10_000_000

export const USAGE = `pnpm bench [NAME…] [options]

Measures each hot path against a peer or a limit in the same run, prints one table of ratios with their goals, and writes it as JSON.

  NAME…            which benches (--list); none: all that are not only on request
  --rounds N       paired rounds of each figure, 1 to ${MAX_ROUNDS} (default 5)
  --json FILE      where the JSON goes (default bench/results/<date>-<commit>.json)
  --compare FILE   beside the figures those of an earlier JSON, and what got worse by more than the noise
  --show FILE      measures nothing: the table of an earlier JSON, also with --compare and --draw
  --sizes N,N,…    of the benches that take sizes
  --draw [DIR]     plots of the benches that have some, as SVG (default docs/scale)
  --strict         a goal that is missed is an error, too
  --list           the benches
  -h, --help       this

Ctrl-C ends it and keeps what was measured; a second one ends it at once.
Exit code: 0 done, 1 a bench did not come to its end or with --compare something got worse, 2 a mistake in the arguments, 130 Ctrl-C.`

export interface Command {
  names: readonly string[]
  rounds: number
  json: string | undefined
  compare: string | undefined
  show: string | undefined
  sizes: number[] | undefined
  /** Where plots go; undefined: none. */
  draw: string | undefined
  isStrict: boolean
}

export class UsageError extends Error {
  override name = 'UsageError'
}

/** @throws {UsageError} what is wrong, in words */
export function parseCommand(args: string[]): Command | 'help' | 'list' {
  const { values, positionals } = parsed(args)
  if (values.help === true) return 'help'
  if (values.list === true) return 'list'
  const unknown = positionals.filter(name => !(name in BENCHES))
  if (unknown.length > 0) {
    throw new UsageError(`no bench is called ${unknown.join(', ')}: there are ${Object.keys(BENCHES).join(', ')}`)
  }
  const { json, compare, show } = values
  const names =
    positionals.length === 0 ? DEFAULT_NAMES : Object.keys(BENCHES).filter(name => positionals.includes(name))
  const sizes = values.sizes?.split(',').map(size => count('--sizes', size.replaceAll('_', ''), MAX_SIZE))
  if (sizes !== undefined) {
    const without = names.filter(name => BENCHES[name]!.sizesOf === undefined)
    if (without.length > 0) throw new UsageError(`--sizes are of ${takers()}, not of ${without.join(', ')}`)
    if (names.length > 1) throw new UsageError(`--sizes are of one bench a run: ${names.join(' and ')} are two`)
  }
  if (show !== undefined && (positionals.length > 0 || json !== undefined)) {
    throw new UsageError('--show measures nothing: it takes no names and no --json')
  }
  const rounds = count('--rounds', values.rounds, MAX_ROUNDS)
  return { names, rounds, json, compare, show, sizes, draw: values.draw, isStrict: values.strict === true }
}

export function list(): string {
  const width = Math.max(...Object.keys(BENCHES).map(name => name.length))
  return Object.entries(BENCHES)
    .map(([name, { about, isOnRequest, sizesOf }]) => {
      const more = [isOnRequest === true && 'only when named', sizesOf !== undefined && `--sizes: ${sizesOf}`]
      const notes = more.filter(note => note !== false)
      return `${name.padEnd(width)}  ${about}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
    })
    .join('\n')
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args: withValue(args, '--draw', 'docs/scale'),
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        json: { type: 'string' },
        compare: { type: 'string' },
        show: { type: 'string' },
        sizes: { type: 'string' },
        draw: { type: 'string' },
        strict: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** parseArgs knows no option whose value may be left out. */
function withValue(args: string[], option: string, value: string): string[] {
  return args.flatMap((arg, at) => {
    const next = args[at + 1]
    const isBare = next === undefined || next.startsWith('-') || next in BENCHES
    return arg === option && isBare ? [option, value] : [arg]
  })
}

function count(option: string, text: string, most: number): number {
  const value = Number(text)
  if (text === '' || !Number.isInteger(value) || value < 1 || value > most) {
    throw new UsageError(`${option} is ${text}, it takes integers from 1 to ${most.toLocaleString('en')}`)
  }
  return value
}

function takers(): string {
  return Object.keys(BENCHES)
    .filter(name => BENCHES[name]!.sizesOf !== undefined)
    .join(', ')
}
