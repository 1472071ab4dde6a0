import { count } from '../report/format.ts'
import { banner, escaped, facts, figures, heading, note, page, rawJson } from '../report/page.ts'
import { settingRows } from '../report/words.ts'
import { scatter } from './scatter.ts'
import { sweepJson } from './sweep-json.ts'
import { bestWords, byCost, isNumber, seedsOf, seedWords, SWEEP_HEAD, sweepLine, whyNot } from './words.ts'
import type { Rows } from '../report/words.ts'
import type { SweepPoint } from './point.ts'

/** The comparison as one HTML file; links lead to the reports of the runs beside it. */
export function sweepHtml(points: readonly SweepPoint[], varied: readonly string[], isComparable: boolean): string {
  const [first] = points
  const title = `Sweep of ${count(points.length)} settings`
  const unusable = points.filter(({ costs }) => costs === undefined)
  return page(
    title,
    [
      heading(title, `${varied.join(', ')} varied; ${sameness(points)}.`),
      unusable.length === 0
        ? ''
        : banner(`${count(unusable.length)} of them cannot be compared`, unusable.flatMap(whyNot)),
      note('Best', [...bestWords(points, isComparable), ...seedWords(points, isComparable)]),
      figures([scatter(points)]),
      table(points),
      first === undefined ? '' : facts('What all have in common', commonRows(first, points)),
      rawJson(sweepJson(points)),
    ].join('\n'),
  )
}

function table(points: readonly SweepPoint[]): string {
  const kind = (column: number) => (isNumber(column) ? ' class="number"' : '')
  const head = SWEEP_HEAD.map((name, column) => `<th${kind(column)}>${name}</th>`).join('')
  const lines = byCost(points).map(point => {
    const cells = sweepLine(point).map((cell, column) => {
      return `<td${kind(column)}>${column === 0 ? linked(cell, point) : escaped(cell)}</td>`
    })
    const rank = point.costs === undefined ? ' class="bad"' : point.isOnFront ? ' class="best"' : ''
    return `<tr${rank}>${cells.join('')}</tr>`
  })
  return `<section class="facts"><h2>All settings</h2><table class="points"><tr>${head}</tr>${lines.join('')}</table></section>`
}

/** To the report of the run, or of each. */
function linked(name: string, { runs }: SweepPoint): string {
  const links = runs.map(({ name: file, settings }) => {
    const text = runs.length === 1 ? name : settings.seed
    return `<a href="runs/${encodeURIComponent(`${file}.html`)}">${escaped(text)}</a>`
  })
  return runs.length === 1 ? links.join('') : `${escaped(name)}<br><small>seeds ${links.join(' ')}</small>`
}

function sameness(points: readonly SweepPoint[]): string {
  return seedsOf(points).length < 2
    ? 'the seed, the links and the messages are the same for all'
    : 'for each seed the links and the messages are the same for all'
}

function commonRows({ settings }: SweepPoint, points: readonly SweepPoint[]): Rows {
  const all = points.map(point => new Map(settingRows(point.settings)))
  return settingRows(settings)
    .filter(([name, value]) => all.every(rows => rows.get(name) === value))
    .map(([name, value]) => [name, name === 'seed' ? seedsOf(points).join(', ') : value])
}
