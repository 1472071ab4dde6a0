import { balancedOf, frontOf, isBeatenBy } from './front.ts'
import { KeptResults, runName, settingsKey } from './kept.ts'
import type { Progress } from '../progress.ts'
import type { NetworkResult } from '../result.ts'
import type { NetworkSettings } from '../settings.ts'
import type { SimulateOptions } from '../simulate.ts'
import type { Costs } from './front.ts'

/** One of the settings that are compared. */
export interface SweepSetting {
  /** `D=6 heartbeatMs=700` */
  label: string
  /** The settings that nothing was varied in. */
  isBase: boolean
  settings: NetworkSettings
}

export interface SweepPoint extends SweepSetting {
  /** Its files in the directory: NAME.json and NAME.html. */
  name: string
  result: NetworkResult
  /** Undefined for one that cannot be compared: not valid, or messages were lost. */
  costs: Costs | undefined
  isOnFront: boolean
  /** Of the front: least delay, fewest bytes, and the one nearest to both. */
  marks: Array<'fastest' | 'cheapest' | 'balanced'>
  /** The label of one that is better in both. */
  beatenBy: string | undefined
}

export interface SweepProgress {
  /** Of the settings, from 0. */
  index: number
  total: number
  setting: SweepSetting
  /** What the settings before it took in this process, in seconds; those that had been kept are not among them. */
  tookSeconds: number[]
  /** Settings after this one that have to be run. */
  left: number
  run: Progress | undefined
}

export interface SweepOptions {
  /** Where results are kept. */
  directory: string
  simulate: (settings: NetworkSettings, options: SimulateOptions) => Promise<NetworkResult>
  /** Which kept results are run again: those that are not valid, or all. */
  again?: 'none' | 'invalid' | 'all'
  /** Whether the settings differ in nothing but how messages are passed on: only then one can be better than another. */
  isComparable: boolean
  signal?: AbortSignal
  onProgress?: (progress: SweepProgress) => void
  /** After each, kept or new. */
  onResult?: (setting: SweepSetting, name: string, result: NetworkResult, wasKept: boolean) => Promise<void> | void
}

/** Runs one after the other those that have not been run, and compares all. @throws {SimulatorError} of `simulate` */
export async function sweep(settings: readonly SweepSetting[], options: SweepOptions): Promise<SweepPoint[]> {
  const distinct = distinctSettings(settings)
  const kept = new KeptResults(options.directory)
  const found = await Promise.all(
    distinct.map(async setting => await usable(kept, runName(setting.label, setting.settings), options.again)),
  )
  const tookSeconds: number[] = []
  const results: Array<{ setting: SweepSetting; name: string; result: NetworkResult }> = []
  for (const [index, setting] of distinct.entries()) {
    const name = runName(setting.label, setting.settings)
    const left = found.slice(index + 1).filter(result => result === undefined).length
    const progress = { index, total: distinct.length, setting, tookSeconds, left }
    let result = found[index]
    if (result === undefined) {
      options.onProgress?.({ ...progress, run: undefined })
      result = await options.simulate(setting.settings, {
        signal: options.signal,
        onProgress: run => options.onProgress?.({ ...progress, run }),
      })
      await kept.put(name, result)
      tookSeconds.push(result.machine.wallSeconds)
    }
    results.push({ setting, name, result })
    await options.onResult?.(setting, name, result, found[index] !== undefined)
  }
  return compared(results, options.isComparable)
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

function compared(
  results: ReadonlyArray<{ setting: SweepSetting; name: string; result: NetworkResult }>,
  isComparable: boolean,
): SweepPoint[] {
  const weighed = results.flatMap(({ setting: { label }, result }) => {
    const costs = costsOf(result)
    return costs === undefined || !isComparable ? [] : [{ label, ...costs }]
  })
  const front = frontOf(weighed)
  const [cheapest, fastest, balanced] = [front[0]?.label, front.at(-1)?.label, balancedOf(front)?.label]
  return results.map(({ setting, name, result }) => {
    const { label } = setting
    const costs = costsOf(result)
    const marks: SweepPoint['marks'] = []
    if (label === fastest) marks.push('fastest')
    if (label === cheapest) marks.push('cheapest')
    if (label === balanced) marks.push('balanced')
    return {
      ...setting,
      name,
      result,
      costs,
      isOnFront: front.some(point => point.label === label),
      marks,
      beatenBy: costs === undefined ? undefined : front.find(point => isBeatenBy(costs, point))?.label,
    }
  })
}

/** A machine that was late, or messages that never came, make a delay that is not comparable: what is lost has none. */
function costsOf({ validity, messages, delaysMs, bytes }: NetworkResult): Costs | undefined {
  if (!validity.isValid || messages.delivered < messages.expected || delaysMs === undefined) return undefined
  return { delayMs: delaysMs.p99, bytesPerDelivery: bytes.perDelivery }
}
