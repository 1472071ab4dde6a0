import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { BarSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type { GridComponentOption, LegendComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer])

export type Series = BarSeriesOption | LineSeriesOption | ScatterSeriesOption
type Option = ComposeOption<Series | GridComponentOption | LegendComponentOption>

export interface Axis {
  type: 'value' | 'category'
  name: string
  /** Names of the categories. */
  data?: string[]
  min?: number
  max?: number
  /** The words of a number. */
  words?: (value: number) => string
}

/** Colours of the page (page.ts), so that one drawing is right in the light and in the dark. */
export const INK = {
  text: 'var(--text)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  first: 'var(--first)',
  second: 'var(--second)',
  bad: 'var(--bad)',
} as const

export interface Chart {
  width?: number
  height?: number
  /** Space above the plot, for labels that stand over it. */
  top?: number
  x: Axis
  y: Axis
  legend?: boolean
  series: Series[]
}

const FONT_SIZE = 12
/** Of a drawing that takes half of the page, in CSS pixels: its text is as large as the page's. */
const WIDTH = 500
const HEIGHT = 270

/** An `<svg>` that needs nothing but the page's colours. */
export function draw({ width = WIDTH, height = HEIGHT, top = 28, x, y, legend = false, series }: Chart): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    const option: Option = {
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { color: INK.text, fontSize: FONT_SIZE },
      grid: { left: 58, right: 24, top: legend ? top + 22 : top, bottom: 48 },
      legend: legend
        ? {
            top: 0,
            right: 16,
            itemGap: 18,
            backgroundColor: 'transparent',
            borderColor: 'transparent',
            itemWidth: 12,
            itemHeight: 12,
            textStyle: { color: INK.text },
          }
        : undefined,
      xAxis: axis(x, 30, false) as Option['xAxis'],
      yAxis: axis(y, 44, true) as Option['yAxis'],
      series,
    }
    chart.setOption(option)
    return withoutHover(chart.renderToSVGString())
  } finally {
    // its timers would keep the process alive
    chart.dispose()
  }
}

function axis({ type, name, data, min, max, words }: Axis, nameGap: number, hasLines: boolean): object {
  return {
    type,
    name,
    data,
    min,
    max,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { color: INK.muted, fontSize: FONT_SIZE },
    axisLabel: { color: INK.muted, fontSize: FONT_SIZE, hideOverlap: true, formatter: words },
    axisLine: { lineStyle: { color: INK.line } },
    axisTick: { show: false },
    splitLine: { show: hasLines, lineStyle: { color: INK.line } },
  }
}

/** Classes and styles that change nothing here, and a background that would hide the page's. */
function withoutHover(svg: string): string {
  return svg
    .replaceAll(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ class="zr[^"]*"/g, '')
    .replaceAll(/ ecmeta_[a-z_]+="[^"]*"/g, '')
    .replaceAll('font-family:sans-serif;', '')
    .replace('<svg ', '<svg aria-hidden="true" ')
}
