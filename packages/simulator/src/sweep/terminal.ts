import { colored, columnsText } from '../report/terminal.ts'
import { bestWords, byCost, isNumber, seedWords, SWEEP_HEAD, sweepLine, whyNot } from './words.ts'
import type { TerminalStyle } from '../report/terminal.ts'
import type { SweepPoint } from './point.ts'

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
    ...unusable.flatMap(whyNot).map(why => colored('red', why, style)),
    ...bestWords(points, isComparable),
    ...seedWords(points, isComparable),
  ].join('\n')
}
