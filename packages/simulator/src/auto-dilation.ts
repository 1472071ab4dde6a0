import type { NetworkSettings } from './settings.ts'

/** About what a delivery costs with its copies and what is said about it, and a node and second without messages, in ms of CPU: where to begin. */
const DELIVERY_CPU_MS = 0.4
const NODE_SECOND_CPU_MS = 1
/**
 * Share of the time that the main thread shall be busy while messages are measured. Nodes wait for each other on it: 500 nodes had the delays
 * of a model without a machine at 0.22, 22 ms more at p99 at 0.49, and 1,000 nodes 180 ms more at 0.81.
 */
const TARGET_UTILIZATION = 0.4
/** The same before that, where only the joins are measured. */
const IDLE_UTILIZATION = 0.75
/** Loop delay that the warm-up accepts, p99 divided by the dilation: half of what makes a run invalid. */
const TARGET_LOOP_DELAY_MS = 5
/** A thread that is busier than this may have more to do than it can: its load cannot be told. */
const SATURATED = 0.9
const MAX_DILATION = 1_000

/** Heartbeats without messages take less, in ms of CPU for each node and second. */
const IDLE_SECOND_CPU_MS = 0.5
/** A clock that is faster than the machine's sees its timers late by that factor: by a few ms. */
const MIN_IDLE_DILATION = 0.2

/** For the joins, which are measured: in real time or slower. */
export function joinDilation({ nodes }: NetworkSettings): number {
  return rounded((nodes * IDLE_SECOND_CPU_MS) / 1_000 / IDLE_UTILIZATION)
}

/** For a network that only waits: nothing is measured, so that the clock may be faster than the machine's. */
export function idleDilation({ nodes }: NetworkSettings): number {
  return Math.max(MIN_IDLE_DILATION, (nodes * IDLE_SECOND_CPU_MS) / 1_000 / IDLE_UTILIZATION)
}

export function firstDilation({ nodes, rate }: NetworkSettings): number {
  const busyMsPerSecond = nodes * (rate * DELIVERY_CPU_MS + NODE_SECOND_CPU_MS)
  return rounded(busyMsPerSecond / 1_000 / TARGET_UTILIZATION)
}

/** What a warm-up saw. */
export interface Load {
  utilization: number
  /** p99, as the machine had it. */
  loopDelayMs: number
}

/** The dilation to go on with, and whether it has to be tried before it is relied on. */
export function nextDilation(dilation: number, load: Load): { dilation: number; isGood: boolean } {
  const { utilization, loopDelayMs } = load
  if (utilization > SATURATED) return { dilation: rounded(dilation * 2), isGood: false }
  const byLoad = dilation * (utilization / TARGET_UTILIZATION)
  // delays shrink with the load, too, so this is on the safe side
  const byDelay = loopDelayMs / TARGET_LOOP_DELAY_MS
  const next = rounded(Math.max(byLoad, byDelay))
  // a faster clock is more load than was seen
  return { dilation: next, isGood: next >= dilation * 0.8 && next <= dilation * 1.25 }
}

function rounded(dilation: number): number {
  return Math.min(MAX_DILATION, Math.max(1, Math.ceil(dilation * 10) / 10))
}
