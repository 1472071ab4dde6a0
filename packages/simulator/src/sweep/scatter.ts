import { draw, INK } from '../report/chart.ts'
import { count } from '../report/format.ts'
import { byCost, settingName } from './words.ts'
import type { Series } from '../report/chart.ts'
import type { Figure } from '../report/page.ts'
import type { SweepPoint } from './sweep.ts'

/** What each setting costs, in two directions. */
export function scatter(points: readonly SweepPoint[]): Figure {
  const front = byCost(points.filter(({ isOnFront }) => isOnFront))
  const others = points.filter(({ isOnFront, costs }) => !isOnFront && costs !== undefined)
  const unusable = points.filter(({ costs }) => costs === undefined)
  return {
    title: 'Delay against bytes',
    says: 'Down and to the left is better. The line joins the settings that none is better than in both; what is not valid or lost messages is red, and not compared.',
    isWide: true,
    svg: draw({
      width: 1_040,
      height: 460,
      x: { type: 'value', name: 'received for a delivery, KiB', ...padded(points.map(xOf)) },
      y: { type: 'value', name: 'delay p99, ms', words: count, ...padded(points.map(yOf)) },
      legend: true,
      series: [
        {
          type: 'line',
          name: 'on the front',
          silent: true,
          color: INK.first,
          symbol: 'circle',
          symbolSize: 11,
          lineStyle: { width: 2 },
          data: front.map(place),
          // above the line
          label: { ...labels(INK.text), offset: [0, -9] },
        },
        dots('beaten', 'circle', INK.muted, 8, others),
        dots('not comparable', 'diamond', INK.bad, 11, unusable),
      ].filter(({ data }) => (data as unknown[]).length > 0) as Series[],
    }),
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

function xOf({ result }: SweepPoint): number {
  return result.bytes.perDelivery / 1_024
}

function yOf({ result }: SweepPoint): number {
  return result.delaysMs?.p99 ?? 0
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
