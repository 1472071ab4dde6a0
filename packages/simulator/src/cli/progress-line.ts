import { bytes, count, factor, span } from '../report/format.ts'
import { secondsLeft } from './time-left.ts'
import type { Progress } from '../progress.ts'
import type { NetworkSettings } from '../settings.ts'
import type { SweepProgress } from '../sweep/sweep.ts'

/** `measuring 42 %  820 of 1,950 delivered  dilation 5.20  412 MiB  about 3 min left` */
export function progressLine(progress: Progress, settings: NetworkSettings): string {
  return [...parts(progress), left(secondsLeft(progress, settings))].join('  ')
}

/** The same, with which of the runs it is and what is left of all. */
export function sweepLineOf({ index, total, run, tookSeconds, left: after, progress }: SweepProgress): string {
  const which = `[${index + 1}/${total}] ${run.label}`
  if (progress === undefined) return `${which}  starting`
  const here = secondsLeft(progress, run.settings)
  const each =
    tookSeconds.length === 0
      ? progress.wallSeconds + here
      : tookSeconds.reduce((sum, took) => sum + took, 0) / tookSeconds.length
  return [which, ...parts(progress), left(here + after * each)].join('  ')
}

function parts({ phase, share, delivered, expected, dilation, rssBytes }: Progress): string[] {
  const arrived =
    phase === 'measuring' || phase === 'draining' ? [`${count(delivered)} of ${count(expected)} delivered`] : []
  return [`${phase} ${Math.floor(share * 100)} %`, ...arrived, `dilation ${factor(dilation)}`, bytes(rssBytes)]
}

function left(seconds: number): string {
  return `about ${span(rounded(seconds))} left`
}

/** As exact as it is: to 5 s below two minutes, to 30 s beyond. */
function rounded(seconds: number): number {
  const step = seconds < 120 ? 5 : 30
  return Math.max(step, Math.round(seconds / step) * step)
}
