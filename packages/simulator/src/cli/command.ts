import { parseArgs } from 'node:util'
import { MAX_SEEDS } from '../sweep/seeds.ts'
import { combinations, labelOf } from '../sweep/vary.ts'
import { isSettingsFlag, settingsOf } from './settings-flags.ts'
import { plain, unlike } from './quantities.ts'
import { UsageError } from './usage-error.ts'
import type { SweepSetting } from '../sweep/point.ts'
import type { Combination, Varied } from '../sweep/vary.ts'
import type { NetworkSettings } from '../settings.ts'
import type { SettingsFlags } from './settings-flags.ts'

/** What a command line asks for. */
export type Command =
  | { type: 'help' }
  | { type: 'run'; settings: NetworkSettings; out: string | undefined; isJson: boolean }
  | SweepCommand

export interface SweepCommand {
  type: 'sweep'
  settings: SweepSetting[]
  /** Names of what differs. */
  varied: string[]
  /** Nothing but gossip differs. */
  isComparable: boolean
  /** How many each setting is run with. */
  seeds: number
  again: 'none' | 'invalid' | 'all'
  out: string
  isJson: boolean
}

const TEXT = { type: 'string' } as const
const TEXTS = { type: 'string', multiple: true } as const
const OPTIONS = {
  profile: TEXT,
  nodes: TEXT,
  topology: TEXT,
  latency: TEXT,
  bandwidth: TEXT,
  loss: TEXT,
  size: TEXT,
  rate: TEXT,
  duration: TEXT,
  settle: TEXT,
  seed: TEXT,
  dilation: TEXT,
  set: TEXTS,
  vary: TEXTS,
  seeds: TEXT,
  again: TEXT,
  out: TEXT,
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Runs that one sweep may have, but for those of the base: each takes minutes. */
const MAX_RUNS = 1_000

/** @param args without the program's name. @throws {UsageError} */
export function parseCommand(args: readonly string[]): Command {
  // pnpm passes on what it was given to tell its flags from ours
  const { values, positionals } = parse(args[0] === '--' ? args.slice(1) : [...args])
  const { vary, seeds, again, out, json: isJson, help, ...flags } = values
  if (help) return { type: 'help' }
  const [word, ...more] = positionals
  if ((word !== undefined && word !== 'sweep') || more.length > 0) {
    throw new UsageError(`there is no ${[word, ...more].join(' ')}: it is sweep, or nothing`)
  }
  if (word === 'sweep') return sweepOf(flags, { vary, seeds, again, out, isJson })
  if (vary !== undefined) throw new UsageError('--vary is of a sweep: pnpm simulate sweep --vary …')
  if (seeds !== undefined) throw new UsageError('--seeds is of a sweep: pnpm simulate sweep --seeds …')
  if (again !== undefined) throw new UsageError('--again is of a sweep: pnpm simulate sweep --again …')
  return { type: 'run', settings: settingsOf(flags), out, isJson }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    // Node adds hints about its own grammar
    throw new UsageError((error as Error).message.split(/[.\n]/)[0] ?? '', { cause: error })
  }
}

interface SweepFlags {
  vary: string[] | undefined
  seeds: string | undefined
  again: string | undefined
  out: string | undefined
  isJson: boolean
}

function sweepOf(
  flags: SettingsFlags,
  { vary = [], seeds: given, again = 'none', out, isJson }: SweepFlags,
): SweepCommand {
  if (vary.length === 0) throw new UsageError('a sweep needs at least one --vary, such as --vary gossip.D=4,6,8')
  if (out === undefined) throw new UsageError('a sweep needs --out DIR, where results of finished settings are kept')
  if (again !== 'none' && again !== 'invalid' && again !== 'all') throw unlike('--again', again, 'invalid or all')
  const varied = vary.map(variedOf)
  const names = varied.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new UsageError(`--vary ${twice} is there twice: give it all values at once`)
  const seeds = given === undefined ? 1 : seedCountOf(given)
  const total = varied.reduce((product, { values }) => product * values.length, 1)
  if (total * seeds > MAX_RUNS) {
    throw new UsageError(
      `--vary makes ${total.toLocaleString('en')} settings, with --seeds ${seeds} that is ${(total * seeds).toLocaleString('en')} runs, the limit is ${MAX_RUNS.toLocaleString('en')}`,
    )
  }
  const isComparable = names.every(name => name.startsWith('gossip.'))
  const all = combinations(varied).map(combination => settingOf(flags, combination))
  // what the defaults, or --set, cost is what the others are held against
  if (isComparable) all.unshift(settingOf(flags, []))
  return { type: 'sweep', settings: all, varied: names, isComparable, seeds, again, out, isJson }
}

function seedCountOf(text: string): number {
  const takes = `an integer from 1 to ${MAX_SEEDS}`
  const seeds = plain('--seeds', text, takes)
  if (!Number.isSafeInteger(seeds) || seeds < 1 || seeds > MAX_SEEDS) throw unlike('--seeds', text, takes)
  return seeds
}

function variedOf(text: string): Varied {
  const [name = '', list = '', ...more] = text.split('=')
  const values = list.split(',').map(value => value.trim())
  if (list === '' || more.length > 0 || values.includes('')) throw unlike('--vary', text, 'NAME=VALUE,VALUE,…')
  if (name === 'seed')
    throw new UsageError(
      '--vary seed: all settings have the same seeds, so that they can be compared; --seeds N is for more',
    )
  if (!name.startsWith('gossip.') && !isSettingsFlag(name)) {
    throw new UsageError(`--vary names ${name}, it takes gossip.NAME or the name of a flag such as nodes`)
  }
  if (new Set(values).size < values.length) throw new UsageError(`--vary ${name} has a value twice: ${list}`)
  return { name, values }
}

function settingOf(flags: SettingsFlags, combination: Combination): SweepSetting {
  const given: SettingsFlags = { ...flags, set: [...(flags.set ?? [])] }
  for (const [name, value] of combination) {
    if (isSettingsFlag(name)) given[name] = value
    else given.set?.push(`${name}=${value}`)
  }
  const label = labelOf(combination)
  try {
    return { label, isBase: combination.length === 0, settings: settingsOf(given) }
  } catch (error) {
    if (!(error instanceof UsageError) || combination.length === 0) throw error
    throw new UsageError(`--vary, at ${label}: ${error.message}`, { cause: error })
  }
}
