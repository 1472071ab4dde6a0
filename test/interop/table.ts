type Cell = string | number

/** Columns as wide as they need; numbers to the right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  const lines = [head, ...rows].map(row => row.map(String))
  const widths = head.map((_, column) => Math.max(...lines.map(line => (line[column] ?? '').length)))
  const isNumeric = head.map((_, column) => rows.every(row => !Number.isNaN(Number(row[column]))))
  return lines
    .map(line =>
      line
        .map((text, column) => (isNumeric[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
