import { simulateApart } from '@stoa/simulator'
import type { NetworkResult, NetworkSettings } from '@stoa/simulator'

const TELL_EVERY_S = 15
/** Reached only when something hangs. */
const LIMIT_MS = 3_600_000

/** A simulated network. One that the machine was too slow for is run again, once and at half the speed. */
export async function simulated(settings: Partial<NetworkSettings>): Promise<NetworkResult> {
  const result = await runApart(settings)
  return result.validity.isValid ? result : await runApart({ ...settings, dilation: 2 * result.dilation })
}

/** In a process of its own: its memory is its own, and its clock is not the bench's. */
async function runApart(settings: Partial<NetworkSettings>): Promise<NetworkResult> {
  const name = `${settings.nodes?.toLocaleString('en')} nodes, ${settings.rate}/s, seed ${settings.seed}`
  let toldS = 0
  const result = await simulateApart(settings, {
    signal: AbortSignal.timeout(LIMIT_MS),
    onProgress: ({ phase, share, dilation, wallSeconds, rssBytes }) => {
      if (wallSeconds - toldS < TELL_EVERY_S) return
      toldS = wallSeconds
      const done = `${phase} ${Math.round(share * 100)} %`
      const memory = `${Math.round(rssBytes / 1e6)} MB`
      console.error(`  ${name}, ${Math.round(wallSeconds)} s: ${done}, dilation ${dilation.toFixed(1)}, ${memory}`)
    },
  })
  const { dilation, machine, validity } = result
  const outcome = validity.isValid ? 'valid' : `invalid: ${validity.reasons.join('; ')}`
  console.error(`  ${name}: ${Math.round(machine.wallSeconds)} s, dilation ${dilation.toFixed(1)}, ${outcome}`)
  return result
}
