import { LineChart } from 'echarts/charts'
import { GridComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([LineChart, GridComponent, TitleComponent, SVGRenderer])

export interface Panel {
  title: string
  /** Of the other axis: log where the figures span more than a factor of ten, else from 0. */
  isLog?: boolean
  series: Array<{ name: string; points: Array<readonly [x: number, y: number]> }>
}

const COLUMNS = 2
const [WIDTH, HEIGHT, GAP] = [960, 300, 24]
/** Room for titles and labels around each plot; lines are named at their right end. */
const EDGE = { left: 64, right: 130, top: 44, bottom: 48 }
const COLOURS = ['#3b6fb6', '#c4662d', '#4c8f5b', '#8a5aa5', '#8c6d3f']
const TEXT = '#333'

/** Panels two in a row as one SVG. @param x what all of them are drawn against, in logarithm; its values are the ticks */
export function drawPanels(panels: readonly Panel[], x: { name: string; values: number[] }): string {
  const rows = Math.ceil(panels.length / COLUMNS)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: rows * HEIGHT + GAP })
  const width = WIDTH / COLUMNS
  const boxes = panels.map((_, at) => ({ left: (at % COLUMNS) * width, top: Math.floor(at / COLUMNS) * HEIGHT }))
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    color: COLOURS,
    textStyle: { fontFamily: 'sans-serif', color: TEXT },
    title: panels.map(({ title }, at) => ({
      text: title,
      left: boxes[at]!.left + 16,
      top: boxes[at]!.top + 10,
      textStyle: { fontSize: 13, fontWeight: 'bold', color: TEXT },
    })),
    grid: boxes.map(({ left, top }) => ({
      left: left + EDGE.left,
      top: top + EDGE.top,
      width: width - EDGE.left - EDGE.right,
      height: HEIGHT - EDGE.top - EDGE.bottom,
    })),
    xAxis: panels.map((_, gridIndex) => ({
      type: 'log',
      gridIndex,
      min: Math.min(...x.values),
      max: Math.max(...x.values),
      name: x.name,
      nameLocation: 'middle',
      nameGap: 26,
      axisTick: { customValues: x.values },
      axisLabel: { customValues: x.values, formatter: short, color: TEXT },
      splitLine: { show: false },
    })),
    yAxis: panels.map(({ isLog }, gridIndex) => ({
      type: isLog === true ? 'log' : 'value',
      gridIndex,
      ...(isLog !== true && { min: 0 }),
      axisLabel: { formatter: short, color: TEXT },
      splitLine: { lineStyle: { color: '#e5e5e5' } },
    })),
    series: panels.flatMap(({ series }, at) =>
      series.map(({ name, points }, index) => ({
        type: 'line',
        name,
        data: points.map(point => [...point]),
        xAxisIndex: at,
        yAxisIndex: at,
        symbolSize: 6,
        color: COLOURS[index % COLOURS.length],
        endLabel: { show: true, formatter: name, color: TEXT, fontSize: 11, distance: 6 },
        labelLayout: { moveOverlap: 'shiftY' },
      })),
    ),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** 1,000,000 is 1M; 0.25 stays as it is. */
function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`
  if (value >= 1e3) return `${value / 1e3}k`
  return String(Number(value.toPrecision(3)))
}
