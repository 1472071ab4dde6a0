/** One line of the table: a figure of ours beside a peer's or a limit, and the goal for their ratio. */
export interface Row {
  what: string
  /** What was seen beside the figure, for example its bytes. Not part of its name: it may differ from run to run. */
  note?: string
  unit: string
  ours: number
  /** What it is measured against. */
  against: string
  theirs: number
  /** ours / theirs; of a cost against a peer's, theirs / ours */
  ratio: number
  /** Which ratio is the better one. */
  better: 'more' | 'less'
  /** What the ratio has to reach. */
  goal?: number
  /** Also where there is no goal. */
  met: boolean
  /** Why the figure does not hold: then its goal is not met, whatever it says. */
  invalid?: string
  /** Each round's figures, in order, where there was more than one. `ours` and so on are their medians. */
  rounds?: Rounds
}

interface Rounds {
  ours: number[]
  theirs: number[]
  ratio: number[]
}

type Figures = Pick<Row, 'what' | 'note' | 'unit'> & {
  /** One for each round. */
  ours: number | number[]
  /** One for each round, each taken right before or after ours: the machine's speed drifts, their ratio less. Or one for all. */
  theirs: number | number[]
}

/** For figures of which more is better. */
export function atLeast(goal: number, figures: Figures & { against: string }): Row {
  return withGoal(
    rowOf(figures, 'more', (ours, theirs) => ours / theirs),
    goal,
  )
}

/** For a cost beside a peer's: the ratio says how many times less it is. */
export function timesCheaper(goal: number, figures: Figures & { against: string }): Row {
  return withGoal(
    rowOf(figures, 'more', (ours, theirs) => theirs / ours),
    goal,
  )
}

/** For a cost with a limit: the ratio says how much of it was used. */
export function atMost(figures: Figures): Row {
  return withGoal(
    rowOf({ ...figures, against: 'limit' }, 'less', (ours, theirs) => ours / theirs),
    1,
  )
}

/** For what is only to be known. @param better of ours / theirs */
export function noGoal(better: Row['better'], figures: Figures & { against: string }): Row {
  return rowOf(figures, better, (ours, theirs) => ours / theirs)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

function rowOf(
  { ours, theirs, ...about }: Figures & { against: string },
  better: Row['better'],
  ratioOf: (ours: number, theirs: number) => number,
): Row {
  const count = Math.max(Array.isArray(ours) ? ours.length : 1, Array.isArray(theirs) ? theirs.length : 1)
  const each = (figure: number | number[]): number[] =>
    Array.isArray(figure) ? figure : Array.from({ length: count }, () => figure)
  const rounds: Rounds = { ours: each(ours), theirs: each(theirs), ratio: [] }
  rounds.ratio = rounds.ours.map((own, round) => ratioOf(own, rounds.theirs[round]!))
  return {
    ...about,
    ours: median(rounds.ours),
    theirs: median(rounds.theirs),
    ratio: median(rounds.ratio),
    better,
    met: true,
    ...(count > 1 && { rounds }),
  }
}

function withGoal(row: Row, goal: number): Row {
  return { ...row, goal, met: row.better === 'more' ? row.ratio >= goal : row.ratio <= goal }
}
