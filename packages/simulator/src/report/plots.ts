import { bytes as bytesOf, count, milliseconds, number, percent } from './format.ts'
import { draw, INK } from './chart.ts'
import type { Series } from './chart.ts'
import type { Histogram, NetworkResult } from '../result.ts'
import type { Figure } from './page.ts'

type Points = NetworkResult['distribution']

/** What a run looked like, in five drawings. */
export function plotsOf(result: NetworkResult): Figure[] {
  return [delivery(result), duplicates(result), traffic(result), mesh(result), joins(result)]
}

function delivery({ distribution, delaysMs, completeMs }: NetworkResult): Figure {
  const says =
    delaysMs === undefined
      ? 'No message was delivered.'
      : `Half of the deliveries took ${milliseconds(delaysMs.p50)} or less, 99 % took ${milliseconds(delaysMs.p99)} or less.` +
        (completeMs === undefined ? '' : ` The last node had a message after ${milliseconds(completeMs.p50)} at p50.`)
  return {
    title: 'Delivery',
    says,
    isWide: true,
    svg:
      delaysMs === undefined
        ? undefined
        : cumulative(distribution, 'delay from publishing to a node, ms', 'share of deliveries', WIDE, [
            ['p50', delaysMs.p50],
            ['p90', delaysMs.p90],
            ['p99', delaysMs.p99],
          ]),
  }
}

function joins({ joinMs, joinDistribution, settings }: NetworkResult): Figure {
  return {
    title: 'Joining',
    says:
      joinMs === undefined
        ? 'No node found a peer for its mesh.'
        : `${count(joinMs.count)} of ${count(settings.nodes)} nodes had a peer in their mesh; half of them ${milliseconds(joinMs.p50)} after they started.`,
    svg:
      joinMs === undefined
        ? undefined
        : cumulative(joinDistribution, 'from start to the first peer in the mesh, ms', 'share of nodes', HALF, [
            ['p50', joinMs.p50],
            ['p99', joinMs.p99],
          ]),
  }
}

function duplicates({ duplicates: { mean, histogram } }: NetworkResult): Figure {
  return {
    title: 'Duplicates',
    says: `A node got each message ${number(mean)} times more than once, in the mean.`,
    svg: histogram.length === 0 ? undefined : bars(histogram, 'copies beyond the first', 'share of deliveries'),
  }
}

function mesh({ meshDegree: { mean, histogram } }: NetworkResult): Figure {
  return {
    title: 'Mesh degree',
    says: `A node had ${number(mean)} peers in its mesh, in the mean, while messages flowed.`,
    svg: histogram.length === 0 ? undefined : bars(histogram, 'peers in the mesh', 'share of nodes'),
  }
}

function traffic({ bytes: { receivedPerNode, sentPerNode, perDelivery, payloadShare } }: NetworkResult): Figure {
  const names = ['least', 'mean', 'p50', 'p90', 'p99', 'most']
  const most = Math.max(receivedPerNode.max, sentPerNode.max)
  const [unit, scale] = most < 2 ** 20 ? (['KiB', 2 ** 10] as const) : (['MiB', 2 ** 20] as const)
  const series = (name: string, color: string, of: NetworkResult['bytes']['sentPerNode']): Series => ({
    type: 'bar',
    name,
    silent: true,
    color,
    barGap: '8%',
    barCategoryGap: '32%',
    itemStyle: { borderRadius: [3, 3, 0, 0] },
    data: [of.min, of.mean, of.p50, of.p90, of.p99, of.max].map(value => value / scale),
  })
  return {
    title: 'Bytes of a node',
    says: `${bytesOf(perDelivery)} of gossip were received for a delivery, copies and control included: ${percent(payloadShare)} of it was the message.`,
    svg: draw({
      x: { type: 'category', data: names, name: 'of all nodes' },
      y: { type: 'value', name: `while messages flowed, ${unit}` },
      legend: true,
      series: [series('received', INK.first, receivedPerNode), series('sent', INK.second, sentPerNode)],
    }),
  }
}

function cumulative(
  points: Points,
  xName: string,
  yName: string,
  size: { width: number; height: number },
  marks: ReadonlyArray<readonly [name: string, ms: number]>,
): string {
  const mostMs = points.at(-1)![0]
  let level = 0
  let highest = 0
  let lastMs = -Infinity
  const labels = marks.map(([name, ms]) => {
    level = ((ms - lastMs) / mostMs) * (size.width - 82) < LABEL_PX ? level + 1 : 0
    lastMs = ms
    highest = Math.max(highest, level)
    const label = { ...PLAIN, formatter: `${name} ${milliseconds(ms)}`, color: INK.text, distance: 5 + level * 15 }
    return { xAxis: ms, label }
  })
  return draw({
    ...size,
    top: 28 + 15 * highest,
    x: { type: 'value', name: xName, min: 0, words: count },
    y: { type: 'value', name: yName, min: 0, max: 1, words: percent },
    series: [
      {
        type: 'line',
        silent: true,
        showSymbol: false,
        color: INK.first,
        lineStyle: { width: 2.5 },
        areaStyle: { opacity: 0.1 },
        data: points,
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: INK.muted, type: 'dashed', width: 1 },
          data: labels,
        },
      },
    ],
  })
}

const WIDE = { width: 1_040, height: 330 }
const HALF = { width: 500, height: 270 }
/** What the label of a mark takes: one that is nearer to the last stands above it. */
const LABEL_PX = 96
/** Without the halo that echarts draws around text in a colour that it takes for the background. */
const PLAIN = { textBorderColor: 'transparent', textBorderWidth: 0 } as const
/** Bars that a reader can tell apart. What is beyond is in the JSON, and counted in the last. */
const MAX_BARS = 20

function bars(histogram: Histogram, xName: string, yName: string): string {
  const total = histogram.reduce((sum, [, times]) => sum + times, 0)
  const last = Math.max(...histogram.map(([value]) => value))
  const first = Math.min(...histogram.map(([value]) => value))
  const shares = Array.from({ length: Math.min(MAX_BARS, last - first + 1) }, () => 0)
  for (const [value, times] of histogram) shares[Math.min(MAX_BARS - 1, value - first)]! += times / total
  const names = shares.map((_, index) =>
    index === MAX_BARS - 1 && last - first >= MAX_BARS ? `${first + index}+` : String(first + index),
  )
  return draw({
    x: { type: 'category', data: names, name: xName },
    y: { type: 'value', name: yName, min: 0, words: percent },
    series: [
      {
        type: 'bar',
        silent: true,
        color: INK.first,
        barCategoryGap: '18%',
        barMaxWidth: 56,
        itemStyle: { borderRadius: [3, 3, 0, 0] },
        data: shares,
      },
    ],
  })
}
