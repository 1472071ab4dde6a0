import { draw, INK } from '../report/chart.ts'
import { count } from '../report/format.ts'
import { byCost, settingName } from './words.ts'
import type { Series } from '../report/chart.ts'
import type { Figure } from '../report/page.ts'
import type { SweepPoint } from './point.ts'

/** What each setting costs, in two directions. */
export function scatter(points: readonly SweepPoint[]): Figure {
  const front = byCost(points.filter(({ isOnFront }) => isOnFront))
  const others = points.filter(({ isOnFront, costs }) => !isOnFront && costs !== undefined)
  const unusable = points.filter(({ costs }) => costs === undefined)
  const hasErrors = points.some(({ standardErrors }) => standardErrors !== undefined)
  return {
    title: 'Delay against bytes',
    says: `Down and to the left is better. The settings that none beats are the front, the line joins the best of them; what is not valid or lost messages is red, and not compared.${hasErrors ? ' Bars are one standard error to each side.' : ''}`,
    isWide: true,
    svg: draw({
      width: 1_040,
      height: 460,
      x: { type: 'value', name: 'received for a delivery, KiB', ...padded(points.flatMap(xEnds)) },
      y: { type: 'value', name: 'delay p99, ms', words: count, ...padded(points.flatMap(yEnds)) },
      legend: true,
      series: [
        bars(points.filter(({ standardErrors }) => standardErrors !== undefined)),
        {
          type: 'line',
          name: 'on the front',
          silent: true,
          color: INK.first,
          symbol: 'none',
          lineStyle: { width: 2 },
          data: front.filter(isBestSoFar).map(place),
        },
        {
          ...dots('on the front', 'circle', INK.first, 11, front),
          // above the line
          label: { ...labels(INK.text), offset: [0, -9] },
        },
        dots('beaten', 'circle', INK.muted, 8, others),
        dots('not comparable', 'diamond', INK.bad, 11, unusable),
      ].filter(({ data }) => (data as unknown[]).length > 0) as Series[],
    }),
  }
}

/** Of a front in the order of bytes: with several seeds there may be others on it, that are worse by no more than chance. */
function isBestSoFar(point: SweepPoint, index: number, front: readonly SweepPoint[]): boolean {
  return front.slice(0, index).every(cheaper => yOf(cheaper) >= yOf(point))
}

/** One line with gaps, across and down through each point. */
function bars(points: readonly SweepPoint[]): Series {
  const gap = [NaN, NaN]
  return {
    type: 'line',
    silent: true,
    color: INK.muted,
    symbol: 'none',
    lineStyle: { width: 1 },
    data: points.flatMap(point => [
      ...xEnds(point).map(x => [x, yOf(point)]),
      gap,
      ...yEnds(point).map(y => [xOf(point), y]),
      gap,
    ]),
  }
}

function dots(name: string, symbol: string, color: string, symbolSize: number, points: readonly SweepPoint[]): Series {
  return {
    type: 'scatter',
    name,
    silent: true,
    color,
    symbol,
    symbolSize,
    data: points.map(place),
    label: labels(color),
    labelLayout: { hideOverlap: true },
  }
}

function labels(color: string): object {
  return { show: true, position: 'right', distance: 8, formatter: '{b}', color, fontSize: 12, textBorderWidth: 0 }
}

function place(point: SweepPoint): { name: string; value: [number, number] } {
  return { name: settingName(point), value: [xOf(point), yOf(point)] }
}

function xOf({ means }: SweepPoint): number {
  return means.bytesPerDelivery / 1_024
}

function yOf({ means }: SweepPoint): number {
  return means.delayP99Ms ?? 0
}

function xEnds(point: SweepPoint): [least: number, most: number] {
  const error = (point.standardErrors?.bytesPerDelivery ?? 0) / 1_024
  return [xOf(point) - error, xOf(point) + error]
}

function yEnds(point: SweepPoint): [least: number, most: number] {
  const error = point.standardErrors?.delayMs ?? 0
  return [yOf(point) - error, yOf(point) + error]
}

/** Room around the points for their labels, from round numbers. */
function padded(values: readonly number[]): { min: number; max: number } {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const step = roundStep((most - least || most || 1) / 8)
  return { min: Math.max(0, Math.floor(least / step - 0.5) * step), max: Math.ceil(most / step + 1) * step }
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5].find(times => times * power >= least) ?? 10)
}
