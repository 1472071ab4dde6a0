/** Rows of the plot itself, without its axis. */
const ROWS = 10
/** Columns before the plot: `100 % ┤`. */
const MARGIN = 7
/** Narrower ones say nothing, wider ones nothing more. */
const WIDTH = { least: 40, most: 120 } as const
/** Beyond so many times p99 the last percent would take most of the width: it is told in words. */
const MAX_TAIL = 2
/** Where p99 is so many times the median, an axis of equal steps would show most of what there is in its first columns. */
const WIDE = 8
/** What an axis of equal factors shows at most, from its begin to its end. */
const MAX_FACTOR = 10_000

interface Glyphs {
  /** How full a cell is, from empty to full. */
  cells: string
  axis: { tick: string; side: string; corner: string; bottom: string }
}

const BLOCKS: Glyphs = { cells: ' ▁▂▃▄▅▆▇█', axis: { tick: '┤', side: '│', corner: '└', bottom: '─' } }
const ASCII: Glyphs = { cells: ' .:#', axis: { tick: '+', side: '|', corner: '+', bottom: '-' } }

export interface PlotInit {
  /** Of the terminal. */
  columns: number
  /** Whether it shows block characters. */
  isUnicode: boolean
  /** A value of the horizontal axis for people. */
  show: (value: number) => string
}

/**
 * Which share of all was there after which time: the area below a cumulative distribution.
 * @param points ascending: [value, share of all that are at most so large]
 */
export function plot(points: ReadonlyArray<readonly [value: number, share: number]>, init: PlotInit): string[] {
  const last = points.at(-1)
  if (last === undefined) return []
  const { cells, axis } = init.isUnicode ? BLOCKS : ASCII
  const width = Math.min(Math.max(init.columns, WIDTH.least), WIDTH.most) - MARGIN - 1
  const [median, p99] = [0.5, 0.99].map(share => points.find(([, there]) => there >= share)![0]) as [number, number]
  const end = last[0] > MAX_TAIL * p99 && p99 > 0 ? p99 * 1.1 : last[0]
  const begin = p99 > WIDE * median ? Math.max(points[0]![0], end / MAX_FACTOR) : 0
  const valueAt = (part: number): number => (begin === 0 ? end * part : begin * (end / begin) ** part)

  const heights = Array.from({ length: width }, (_, column) => shareAt(points, valueAt((column + 1) / width)))
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const below = ROWS - 1 - row
    const filled = heights.map(share => {
      const part = Math.min(1, Math.max(0, share * ROWS - below))
      // a cell that is not full is not drawn so: the last percent is what one looks for
      return cells[part === 1 ? cells.length - 1 : Math.floor(part * (cells.length - 1))]
    })
    return `${label(row)}${filled.join('')}`.trimEnd()
  })
  const left = begin === 0 ? '0' : init.show(begin)
  const [middle, right] = [init.show(valueAt(0.5)), init.show(end)]
  const fits = left.length + 2 * middle.length + 2 * right.length < width
  const scale = fits ? left.padEnd(Math.floor((width - middle.length) / 2)) + middle : left
  return [
    ...rows,
    `${' '.repeat(MARGIN - 1)}${axis.corner}${axis.bottom.repeat(width)}`,
    `${' '.repeat(MARGIN)}${scale.padEnd(width - right.length)}${right}`,
    ...(end === last[0] ? [] : [`${' '.repeat(MARGIN)}the last 1 % took up to ${init.show(last[0])}`]),
  ]

  function label(row: number): string {
    const percent = row === 0 ? 100 : row === ROWS / 2 ? 50 : undefined
    if (percent === undefined) return axis.side.padStart(MARGIN)
    return `${percent} % ${axis.tick}`.padStart(MARGIN)
  }
}

/** Whether a terminal shows more than ASCII: the first of these that is set says so (POSIX, Environment Variables §8.2). */
export function isUnicodeTerminal(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): boolean {
  // its font has no eighths of blocks
  if (env.TERM === 'linux' || env.TERM === 'dumb') return false
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  if (locale === undefined || locale === '') return platform === 'win32' && env.WT_SESSION !== undefined
  return /utf-?8/i.test(locale)
}

function shareAt(points: ReadonlyArray<readonly [value: number, share: number]>, value: number): number {
  // a rounding must not take away the last point, which stands at the very end
  return points.findLast(([at]) => at <= value * (1 + 1e-9))?.[1] ?? 0
}
