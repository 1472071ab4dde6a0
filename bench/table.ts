/** One line of the table: a figure of ours beside a peer's or a limit, and the goal for their ratio. */
export interface Row {
  what: string
  unit: string
  ours: number
  /** What it is measured against. */
  against: string
  theirs: number
  /** ours / theirs */
  ratio: number
  goal: string
  met: boolean
}

/** For figures of which more is better. */
export function atLeast(goal: number, row: Omit<Row, 'ratio' | 'goal' | 'met'>, ratio = row.ours / row.theirs): Row {
  return { ...row, ratio, goal: `≥ ${goal.toFixed(1)}`, met: ratio >= goal }
}

/** For a cost with a limit: the ratio says how much of it was used. */
export function atMost(row: Omit<Row, 'ratio' | 'goal' | 'met' | 'against'>): Row {
  const ratio = row.ours / row.theirs
  return { ...row, against: 'limit', ratio, goal: '≤ 1.0', met: ratio <= 1 }
}

export function print(rows: Row[]): void {
  const figure = (value: number): string =>
    value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
  const cells = [
    ['', 'ours', 'theirs', '', 'against', 'ratio', 'goal', ''],
    ...rows.map(row => [
      row.what,
      figure(row.ours),
      figure(row.theirs),
      row.unit,
      row.against,
      row.ratio.toFixed(2),
      row.goal,
      row.met ? '✓' : '✗',
    ]),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map(row => row[column]!.length)))
  const right = new Set([1, 2, 5, 6])
  for (const row of cells) {
    console.log(
      row
        .map((cell, column) => (right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
  }
}
