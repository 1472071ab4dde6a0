import { bytes, milliseconds, number, percent } from '../report/format.ts'
import { lossWords } from '../report/words.ts'
import type { SweepPoint } from './sweep.ts'

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
  const { delaysMs, bytes: traffic, duplicates, messages, cpuMsPerNodeSecond } = point.result
  return [
    settingName(point),
    delaysMs === undefined ? '–' : milliseconds(delaysMs.p50),
    delaysMs === undefined ? '–' : milliseconds(delaysMs.p99),
    bytes(traffic.perDelivery),
    number(duplicates.mean),
    percent(messages.share),
    `${number(cpuMsPerNodeSecond)} ms`,
    remark(point),
  ]
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
    return 'The settings without what was varied (base) are on the front: none of those that can be compared is better in both.'
  return `The settings without what was varied (base) are beaten by ${base.beatenBy}.`
}

/** Why one is not compared. */
export function whyNot({ label, result }: SweepPoint): string {
  const why = result.validity.isValid ? lossWords(result) : result.validity.reasons.join('; ')
  return `${label}: ${why ?? 'nothing was delivered'}`
}

function remark(point: SweepPoint): string {
  if (!point.result.validity.isValid) return 'NOT VALID'
  if (point.costs === undefined) return 'LOST'
  if (point.isOnFront) return ['on the front', ...point.marks].join(', ')
  return point.beatenBy === undefined ? '' : `beaten by ${point.beatenBy}`
}
