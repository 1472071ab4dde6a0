import { colored, columnsText } from '../report/terminal.ts'
import { bestWords, byCost, isNumber, SWEEP_HEAD, sweepLine, whyNot } from './words.ts'
import type { TerminalStyle } from '../report/terminal.ts'
import type { SweepPoint } from './sweep.ts'

/** The comparison as a table, the cheapest in bytes first. */
export function sweepText(points: readonly SweepPoint[], isComparable: boolean, style: TerminalStyle): string {
  const sorted = byCost(points)
  const [head = '', ...lines] = columnsText([SWEEP_HEAD, ...sorted.map(sweepLine)], isNumber).split('\n')
  const table = lines.map((line, index) => {
    const { costs, isOnFront } = sorted[index]!
    if (costs === undefined) return colored(['bold', 'red'], line, style)
    return isOnFront ? colored('bold', line, style) : line
  })
  const unusable = sorted.filter(({ costs }) => costs === undefined)
  return [
    colored('dim', head, style),
    ...table,
    '',
    ...unusable.map(point => colored('red', whyNot(point), style)),
    ...bestWords(points, isComparable),
  ].join('\n')
}
