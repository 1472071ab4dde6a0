import { count } from '../report/format.ts'
import { banner, escaped, facts, figures, heading, note, page, rawJson } from '../report/page.ts'
import { settingRows } from '../report/words.ts'
import { scatter } from './scatter.ts'
import { sweepJson } from './sweep-json.ts'
import { bestWords, byCost, isNumber, SWEEP_HEAD, sweepLine, whyNot } from './words.ts'
import type { SweepPoint } from './sweep.ts'

/** The comparison as one HTML file; links lead to the reports of the runs beside it. */
export function sweepHtml(points: readonly SweepPoint[], varied: readonly string[], isComparable: boolean): string {
  const [first] = points
  const title = `Sweep of ${count(points.length)} settings`
  const unusable = points.filter(({ costs }) => costs === undefined)
  return page(
    title,
    [
      heading(title, `${varied.join(', ')} varied; the seed, the links and the messages are the same for all.`),
      unusable.length === 0 ? '' : banner(`${count(unusable.length)} of them cannot be compared`, unusable.map(whyNot)),
      note('Best', bestWords(points, isComparable)),
      figures([scatter(points)]),
      table(points),
      first === undefined ? '' : facts('What all have in common', settingRows(first.settings).filter(isCommon(points))),
      rawJson(sweepJson(points)),
    ].join('\n'),
  )
}

function table(points: readonly SweepPoint[]): string {
  const kind = (column: number) => (isNumber(column) ? ' class="number"' : '')
  const head = SWEEP_HEAD.map((name, column) => `<th${kind(column)}>${name}</th>`).join('')
  const lines = byCost(points).map(point => {
    const cells = sweepLine(point).map((cell, column) => {
      const text = escaped(cell)
      const link = encodeURIComponent(`${point.name}.html`)
      return `<td${kind(column)}>${column === 0 ? `<a href="runs/${link}">${text}</a>` : text}</td>`
    })
    const rank = point.costs === undefined ? ' class="bad"' : point.isOnFront ? ' class="best"' : ''
    return `<tr${rank}>${cells.join('')}</tr>`
  })
  return `<section class="facts"><h2>All settings</h2><table class="points"><tr>${head}</tr>${lines.join('')}</table></section>`
}

function isCommon(points: readonly SweepPoint[]): (row: [string, string]) => boolean {
  const all = points.map(({ settings }) => new Map(settingRows(settings)))
  return ([name, value]) => all.every(rows => rows.get(name) === value)
}
