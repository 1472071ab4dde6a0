import { firstDilation, idleDilation } from '../auto-dilation.ts'
import type { Phase, Progress } from '../progress.ts'
import type { NetworkSettings } from '../settings.ts'

/** Real seconds for a node to join and to stop: what the engine leaves for the one, what was seen of the other. */
const JOIN_SECONDS = 0.06
const STOP_SECONDS = 0.01
/** Of the network, in ms: a warm-up, of which there are about two, and the wait for the last copies. */
const WARM_UPS_MS = 2 * 3_500
const DRAIN_MS = 1_000

/** About, in real seconds, as far as it can be told: the dilation may still change. */
export function secondsLeft({ phase, share, dilation }: Progress, settings: NetworkSettings): number {
  const isFlowing = phase !== 'joining' && phase !== 'settling'
  const lengths = phases(settings, isFlowing ? dilation : expectedDilation(settings))
  const at = lengths.findIndex(([name]) => name === phase)
  const here = (lengths[at]?.[1] ?? 0) * (1 - share)
  return lengths.slice(at + 1).reduce((sum, [, each]) => sum + each, here)
}

/** Before a load was seen. */
function expectedDilation(settings: NetworkSettings): number {
  return settings.dilation === 'auto' ? firstDilation(settings) : settings.dilation
}

function phases(settings: NetworkSettings, dilation: number): Array<[phase: Phase, seconds: number]> {
  const { nodes, settleMs, durationMs, latencyMs } = settings
  const real = (ms: number, by = dilation) => (ms / 1_000) * by
  return [
    ['joining', nodes * JOIN_SECONDS],
    ['settling', real(settleMs, idleDilation(settings))],
    ['warming up', settings.dilation === 'auto' ? real(WARM_UPS_MS) : 0],
    ['measuring', real(durationMs)],
    ['draining', real(DRAIN_MS + 2 * latencyMs[1])],
    ['stopping', nodes * STOP_SECONDS],
  ]
}
