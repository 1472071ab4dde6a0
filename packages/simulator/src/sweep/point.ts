import type { NetworkResult } from '../result.ts'
import type { NetworkSettings } from '../settings.ts'
import type { Costs } from './front.ts'

/** One of the settings that are compared. */
export interface SweepSetting {
  /** `D=6 heartbeatMs=700` */
  label: string
  /** The settings that nothing was varied in. */
  isBase: boolean
  /** With the first seed. */
  settings: NetworkSettings
}

/** One setting with one seed. */
export interface SweepRun {
  /** Of the setting, and of the seed where there are several: `D=6, seed 1-2`. */
  label: string
  /** Its files in the directory: NAME.json and NAME.html. */
  name: string
  settings: NetworkSettings
}

export interface FinishedRun extends SweepRun {
  result: NetworkResult
}

export interface MeasuredSetting extends SweepSetting {
  /** In the order of the seeds, which is the same for all settings. */
  runs: FinishedRun[]
}

/** Over the seeds. */
export interface Means {
  /** Undefined where nothing was delivered with one of the seeds. */
  delayP50Ms: number | undefined
  delayP99Ms: number | undefined
  bytesPerDelivery: number
  duplicates: number
  /** Of the deliveries, how many happened. */
  share: number
  meshDegree: number
  cpuMsPerNodeSecond: number
}

export interface SweepPoint extends MeasuredSetting {
  means: Means
  /** Means. Undefined for a setting that cannot be compared: with one of the seeds it was not valid, or messages were lost. */
  costs: Costs | undefined
  /** Standard errors of the costs. Undefined with one seed, and without costs. */
  standardErrors: Costs | undefined
  isOnFront: boolean
  /** Of the front: least delay, fewest bytes, and the one nearest to both. */
  marks: Array<'fastest' | 'cheapest' | 'balanced'>
  /** The label of one that beats it. */
  beatenBy: string | undefined
}
