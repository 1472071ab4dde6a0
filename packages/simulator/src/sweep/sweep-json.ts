import type { SweepPoint } from './sweep.ts'

/** What was compared, for programs. The whole results are beside it, one file each. */
export function sweepJson(points: readonly SweepPoint[]): string {
  const summaries = points.map(({ result, ...point }) => ({
    ...point,
    isValid: result.validity.isValid,
    reasons: result.validity.reasons,
    dilation: result.dilation,
    share: result.messages.share,
    delaysMs: result.delaysMs,
    duplicates: result.duplicates.mean,
    bytes: result.bytes,
    meshDegree: result.meshDegree.mean,
    cpuMsPerNodeSecond: result.cpuMsPerNodeSecond,
  }))
  return `${JSON.stringify(summaries, null, 2)}\n`
}
