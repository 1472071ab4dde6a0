import type { FinishedRun, SweepPoint } from './point.ts'

/** What was compared, for programs. The whole results are beside it, one file each. */
export function sweepJson(points: readonly SweepPoint[]): string {
  const summaries = points.map(({ runs, ...point }) => ({ ...point, runs: runs.map(summary) }))
  return `${JSON.stringify(summaries, null, 2)}\n`
}

function summary({ name, settings, result }: FinishedRun) {
  return {
    seed: settings.seed,
    name,
    isValid: result.validity.isValid,
    reasons: result.validity.reasons,
    dilation: result.dilation,
    share: result.messages.share,
    delaysMs: result.delaysMs,
    duplicates: result.duplicates.mean,
    bytes: result.bytes,
    meshDegree: result.meshDegree.mean,
    cpuMsPerNodeSecond: result.cpuMsPerNodeSecond,
  }
}
