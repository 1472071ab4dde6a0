import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { cpuUsage } from 'node:process'

export interface LoadReport {
  utilization: number
  /** In ms of the machine. */
  loopDelayMs: { p50: number; p99: number }
  cpuMs: number
}

/** Between two samples, in ms. Each is a turn of the loop. */
const RESOLUTION_MS = 5

/** Watches how the main thread keeps up, in real time, from now on. */
export function watchLoad(): () => LoadReport {
  const before = performance.eventLoopUtilization()
  const cpu = cpuUsage()
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  // what it holds is the time between two samples
  const delayMs = (percentile: number) => Math.max(0, histogram.percentile(percentile) / 1e6 - RESOLUTION_MS)
  return () => {
    const { user, system } = cpuUsage(cpu)
    histogram.disable()
    return {
      utilization: performance.eventLoopUtilization(before).utilization,
      loopDelayMs: histogram.count === 0 ? { p50: 0, p99: 0 } : { p50: delayMs(50), p99: delayMs(99) },
      cpuMs: (user + system) / 1_000,
    }
  }
}
