import { styleText } from 'node:util'
import { figureRows, lossWords, machineRows, settingRows, spreadRows, validityWords } from './words.ts'
import type { NetworkResult } from '../result.ts'

/** Whether what is written may have colours. */
export interface TerminalStyle {
  isColored: boolean
}

type Color = Parameters<typeof styleText>[0]

/** What a reader of a terminal wants to know of a run, the verdict first. */
export function networkText(result: NetworkResult, style: TerminalStyle): string {
  return [
    verdict(result, style),
    '',
    columnsText(spreadRows(result), column => column > 0),
    '',
    columnsText(figureRows(result)),
    '',
    colored('dim', columnsText([...settingRows(result.settings), ...machineRows(result)]), style),
  ].join('\n')
}

/** In red, and first, when the figures are not what they seem. */
export function verdict(result: NetworkResult, style: TerminalStyle): string {
  const lines = validityWords(result)
  const lost = lossWords(result)
  const said = result.validity.isValid
    ? colored(lines.length === 1 ? 'green' : 'yellow', `VALID. ${lines.join(' ')}`, style)
    : colored(['bold', 'red'], `NOT VALID. ${lines.join(' ')}`, style)
  return lost === undefined ? said : `${said}\n${colored(['bold', 'red'], `LOST. ${lost}`, style)}`
}

export function colored(color: Color, text: string, { isColored }: TerminalStyle): string {
  return isColored ? styleText(color, text, { validateStream: false }) : text
}

/** Columns two spaces apart. @param isNumber whether a column is set to the right */
export function columnsText(
  rows: readonly (readonly string[])[],
  isNumber: (column: number) => boolean = () => false,
): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
