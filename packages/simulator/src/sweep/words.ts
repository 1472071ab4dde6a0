import { bytes, milliseconds, number, percent } from '../report/format.ts'
import { lossWords } from '../report/words.ts'
import { LEAST_SAMPLES } from './statistics.ts'
import type { SweepPoint } from './point.ts'

export const SWEEP_HEAD = ['setting', 'p50', 'p99', 'bytes a delivery', 'duplicates', 'delivered', 'CPU', ''] as const

/** Of the columns above: all but the setting and the remark. */
export function isNumber(column: number): boolean {
  return column > 0 && column < SWEEP_HEAD.length - 1
}

/** With a word for the one that has nothing varied. */
export function settingName({ label, isBase }: SweepPoint): string {
  return isBase && label !== 'base' ? `${label} (base)` : label
}

/** One line of the table. */
export function sweepLine(point: SweepPoint): string[] {
  const { means, standardErrors } = point
  return [
    settingName(point),
    withError(means.delayP50Ms, undefined, milliseconds),
    withError(means.delayP99Ms, standardErrors?.delayMs, milliseconds),
    withError(means.bytesPerDelivery, standardErrors?.bytesPerDelivery, bytes),
    number(means.duplicates),
    percent(means.share),
    `${number(means.cpuMsPerNodeSecond)} ms`,
    remark(point),
  ]
}

function withError(mean: number | undefined, error: number | undefined, words: (value: number) => string): string {
  if (mean === undefined) return '–'
  return error === undefined ? words(mean) : `${words(mean)} ± ${words(error)}`
}

/** What the comparison comes to. */
export function bestWords(points: readonly SweepPoint[], isComparable: boolean): string[] {
  if (!isComparable)
    return ['The networks differ in more than in gossip, so none of the settings is better than another.']
  const words = [
    marked(points, 'fastest', 'The least delay'),
    marked(points, 'cheapest', 'The fewest bytes'),
    marked(points, 'balanced', 'Nearest to both'),
  ].filter(sentence => sentence !== undefined)
  if (words.length === 0) return ['None of the settings can be compared.']
  const base = points.find(({ isBase }) => isBase)
  if (base !== undefined) words.push(baseWords(base))
  return words
}

/** How figures over several seeds are to be read. */
export function seedWords(points: readonly SweepPoint[], isComparable: boolean): string[] {
  const seeds = seedsOf(points)
  if (seeds.length < 2) return []
  const words = [`Means over the seeds ${seeds.join(', ')}; ± is the standard error of a mean.`]
  if (isComparable) {
    words.push(
      seeds.length < LEAST_SAMPLES
        ? 'Two seeds do not tell a difference from chance: settings are compared by their means alone.'
        : 'A setting beats another when neither of its means is worse and one is better by more than chance: of the differences seed by seed, the 95 % confidence interval does not reach 0.',
    )
  }
  return words
}

export function seedsOf([first]: readonly SweepPoint[]): string[] {
  return first?.runs.map(({ settings }) => settings.seed) ?? []
}

/** In order of bytes, those without a comparison last. */
export function byCost(points: readonly SweepPoint[]): SweepPoint[] {
  return points.toSorted(
    (one, other) =>
      (one.costs?.bytesPerDelivery ?? Infinity) - (other.costs?.bytesPerDelivery ?? Infinity) ||
      (one.costs?.delayMs ?? 0) - (other.costs?.delayMs ?? 0),
  )
}

function marked(points: readonly SweepPoint[], mark: SweepPoint['marks'][number], what: string): string | undefined {
  const point = points.find(({ marks }) => marks.includes(mark))
  if (point?.costs === undefined) return undefined
  return `${what}: ${point.label}, ${milliseconds(point.costs.delayMs)} at p99 and ${bytes(point.costs.bytesPerDelivery)} a delivery.`
}

function baseWords(base: SweepPoint): string {
  if (base.costs === undefined) return 'The settings without what was varied cannot be compared.'
  if (base.isOnFront)
    return 'The settings without what was varied (base) are on the front: none of those that can be compared beats them.'
  return `The settings without what was varied (base) are beaten by ${base.beatenBy}.`
}

/** Why one is not compared: a sentence for each seed that it failed with. */
export function whyNot({ runs }: SweepPoint): string[] {
  return runs.flatMap(({ label, result }) => {
    const { validity, delaysMs } = result
    if (!validity.isValid) return [`${label}: ${validity.reasons.join('; ')}`]
    const lost = lossWords(result) ?? (delaysMs === undefined ? 'nothing was delivered' : undefined)
    return lost === undefined ? [] : [`${label}: ${lost}`]
  })
}

function remark({ runs, costs, isOnFront, marks, beatenBy }: SweepPoint): string {
  if (runs.some(({ result }) => !result.validity.isValid)) return 'NOT VALID'
  if (costs === undefined) return 'LOST'
  if (isOnFront) return ['on the front', ...marks].join(', ')
  return beatenBy === undefined ? '' : `beaten by ${beatenBy}`
}
