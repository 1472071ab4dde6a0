import type { SimulatorCode } from '../errors.ts'
import type { Progress } from '../progress.ts'
import type { NetworkResult } from '../result.ts'

/** What the process of a simulation says to the one that started it. */
export type WorkerMessage =
  | { type: 'progress'; progress: Progress }
  | { type: 'result'; result: NetworkResult }
  | { type: 'error'; code: SimulatorCode | undefined; message: string }
