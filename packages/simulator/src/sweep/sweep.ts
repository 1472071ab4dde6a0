import { compared } from './compare.ts'
import { KeptResults, runName, settingsKey } from './kept.ts'
import { seedOf } from './seeds.ts'
import type { Progress, SimulateOptions } from '../progress.ts'
import type { NetworkResult } from '../result.ts'
import type { NetworkSettings } from '../settings.ts'
import type { FinishedRun, SweepPoint, SweepRun, SweepSetting } from './point.ts'

export interface SweepProgress {
  /** Of the runs, from 0. */
  index: number
  total: number
  run: SweepRun
  /** What the runs before it took in this process, in seconds; those that had been kept are not among them. */
  tookSeconds: number[]
  /** Runs after this one that have to be done. */
  left: number
  /** Undefined before the first word of the run. */
  progress: Progress | undefined
}

export interface SweepOptions {
  /** Where results are kept. */
  directory: string
  simulate: (settings: NetworkSettings, options: SimulateOptions) => Promise<NetworkResult>
  /** Each setting is run once with each: the first is its own, the others are made of it. Default 1. */
  seeds?: number
  /** Which kept results are run again: those that are not valid, or all. */
  again?: 'none' | 'invalid' | 'all'
  /** Whether the settings differ in nothing but how messages are passed on: only then one can be better than another. */
  isComparable: boolean
  signal?: AbortSignal
  onProgress?: (progress: SweepProgress) => void
  /** After each, kept or new. */
  onResult?: (run: FinishedRun, wasKept: boolean) => Promise<void> | void
}

/** Runs one after the other those that have not been run, and compares all. @throws {SimulatorError} of `simulate` */
export async function sweep(settings: readonly SweepSetting[], options: SweepOptions): Promise<SweepPoint[]> {
  const distinct = distinctSettings(settings)
  const runs = runsOf(distinct, options.seeds ?? 1)
  const kept = new KeptResults(options.directory)
  const found = await Promise.all(runs.map(async ({ name }) => await usable(kept, name, options.again)))
  const tookSeconds: number[] = []
  const finished: FinishedRun[] = []
  for (const [index, run] of runs.entries()) {
    const left = found.slice(index + 1).filter(result => result === undefined).length
    const at = { index, total: runs.length, run, tookSeconds, left }
    let result = found[index]
    if (result === undefined) {
      options.onProgress?.({ ...at, progress: undefined })
      result = await options.simulate(run.settings, {
        signal: options.signal,
        onProgress: progress => options.onProgress?.({ ...at, progress }),
      })
      await kept.put(run.name, result)
      tookSeconds.push(result.machine.wallSeconds)
    }
    finished.push({ ...run, result })
    await options.onResult?.({ ...run, result }, found[index] !== undefined)
  }
  const measured = distinct.map((setting, which) => ({
    ...setting,
    runs: finished.filter((_, index) => index % distinct.length === which),
  }))
  return compared(measured, options.isComparable)
}

/** All settings with the first seed, then all with the next: what an interrupted sweep has done is whole rounds. */
function runsOf(settings: readonly SweepSetting[], seeds: number): SweepRun[] {
  return Array.from({ length: seeds }, (_, round) =>
    settings.map(({ label, settings: first }) => {
      const seed = seedOf(first.seed, round)
      const own = { ...first, seed }
      return { label: seeds === 1 ? label : `${label}, seed ${seed}`, name: runName(label, own), settings: own }
    }),
  ).flat()
}

async function usable(
  kept: KeptResults,
  name: string,
  again: SweepOptions['again'] = 'none',
): Promise<NetworkResult | undefined> {
  if (again === 'all') return undefined
  const result = await kept.get(name)
  return again === 'invalid' && result?.validity.isValid === false ? undefined : result
}

/** The base may be one of the combinations: it is run once, and has the name of the combination. */
export function distinctSettings(settings: readonly SweepSetting[]): SweepSetting[] {
  const byKey = new Map<string, SweepSetting>()
  for (const setting of settings) {
    const key = settingsKey(setting.settings)
    const twin = byKey.get(key)
    if (twin === undefined) byKey.set(key, setting)
    else {
      const label = twin.isBase ? setting.label : twin.label
      byKey.set(key, { label, isBase: twin.isBase || setting.isBase, settings: setting.settings })
    }
  }
  return [...byKey.values()]
}
