import type { LoadReport } from './load.ts'
import type { NetworkResult } from './result.ts'

/** Event-loop delay in the time of the network beyond which a run says more about the machine than about the network, p99 in ms. */
export const MAX_LOOP_DELAY_MS = 10

/** How the machine did. */
export interface KeepingUp {
  load: LoadReport
  dilation: number
  droppedByReaders: number
}

/** Whether the machine kept up: what is wrong with the network is in the figures, and makes no run invalid. */
export function validityOf({ load, dilation, droppedByReaders }: KeepingUp): NetworkResult['validity'] {
  const { p50, p99 } = load.loopDelayMs
  const loopDelayMs = { p50: p50 / dilation, p99: p99 / dilation, realP99: p99 }
  const reasons: string[] = []
  if (loopDelayMs.p99 > MAX_LOOP_DELAY_MS) {
    reasons.push(
      `the machine did not keep up: the event loop was late by ${loopDelayMs.p99.toFixed(1)} ms at p99 in the time of the network ` +
        `(${p99.toFixed(1)} ms at a dilation of ${dilation}), the limit is ${MAX_LOOP_DELAY_MS} ms`,
    )
  }
  if (droppedByReaders > 0) {
    reasons.push(`${droppedByReaders} messages were dropped by readers that the machine did not get to`)
  }
  return { isValid: reasons.length === 0, reasons, loopDelayMs, loopUtilization: load.utilization }
}
