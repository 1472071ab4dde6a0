import type { Row } from './table.ts'

/** What a bench is given besides its rounds. */
export interface BenchInit {
  /** Of those that take sizes: as given on the command line. */
  sizes: number[] | undefined
  /** What there is so far: kept when the bench is ended before it is done. `points` are for plots. */
  keep: (rows: Row[], points?: unknown) => void
}
