import { join } from 'node:path'
import { Child } from './child.ts'
import type { NetworkResult, NetworkSettings } from '@stoa/simulator'

const WORKER = join(import.meta.dirname, 'simulation-worker.ts')
const CHILD = { limitMs: 3_600_000, maxHeapMegabytes: 12_288 }

/** A simulated network in a process of its own: its memory is its own, and its clock is not the bench's. */
export async function simulated(settings: Partial<NetworkSettings>): Promise<NetworkResult> {
  const child = new Child(WORKER, [JSON.stringify(settings)], CHILD)
  try {
    const result = await child.next<NetworkResult>()
    const { dilation, machine, validity } = result
    const outcome = validity.isValid ? 'valid' : `invalid: ${validity.reasons.join('; ')}`
    console.error(
      `  ${nameOf(settings)}: ${Math.round(machine.wallSeconds)} s, dilation ${dilation.toFixed(1)}, ${outcome}`,
    )
    return result
  } finally {
    await child.end()
  }
}

function nameOf({ nodes, rate, seed }: Partial<NetworkSettings>): string {
  return `${nodes?.toLocaleString('en')} nodes, ${rate}/s, seed ${seed}`
}
