import { median, noGoal } from './table.ts'
import type { Row } from './table.ts'

interface Synced {
  seconds: number
  cpuMs: number
  servingCpuMs: number
  receivedBytes: number
  sentBytes: number
}

export interface CaughtUp {
  changes: number
  runs: Synced[]
}

/** What was measured with one number of offers. CPU is of all threads of a process. */
export interface ReplicaPoint {
  offers: number
  fileBytes: number
  fromFile: { seconds: number; cpuMs: number }
  /** A node that holds nothing takes all from one that has them. */
  firstSync: Synced[]
  /** Of a session of offers that finds nothing, and the one of leases that goes with it; bytes are of offers alone. */
  steady: {
    sessions: number
    bytesPerSession: number
    cpuMsPerSession: number
    servingCpuMsPerSession: number
    idleCpuMsPerSecond: number
  }
  /** From dialing until what was missed is here. */
  catchUp: CaughtUp[]
  /** `heapBytes` are beyond those of a node whose set is empty. */
  start: Array<{ seconds: number; heapBytes: number; residentBytes: number }>
}

/** Each figure beside that of the smallest number of offers: the ratio is how it grows. */
export function rowsOfReplica(points: readonly ReplicaPoint[]): Row[] {
  const [least] = points.toSorted((a, b) => a.offers - b.offers)
  if (least === undefined) return []
  return points.flatMap(point => {
    const row = (what: string, unit: string, figures: (of: ReplicaPoint) => number[]): Row =>
      noGoal('less', {
        what: `${point.offers.toLocaleString('en')} offers, ${what}`,
        unit,
        ours: figures(point),
        against: `at ${least.offers.toLocaleString('en')}`,
        theirs: median(figures(least)),
      })
    return [
      row('first sync', 's', ({ firstSync }) => firstSync.map(({ seconds }) => seconds)),
      row('first sync, for an offer', 'B', ({ firstSync, offers }) =>
        firstSync.map(({ receivedBytes, sentBytes }) => (receivedBytes + sentBytes) / offers),
      ),
      row('first sync, for an offer', 'ms CPU', ({ firstSync, offers }) =>
        firstSync.map(({ cpuMs }) => cpuMs / offers),
      ),
      row('session that finds nothing', 'B', ({ steady }) => [steady.bytesPerSession]),
      row('session that finds nothing', 'ms CPU', ({ steady }) => [steady.cpuMsPerSession]),
      ...point.catchUp.flatMap(({ changes }, at) => [
        row(`catch-up of ${changes.toLocaleString('en')}`, 's', ({ catchUp }) =>
          catchUp[at]!.runs.map(({ seconds }) => seconds),
        ),
        row(`catch-up of ${changes.toLocaleString('en')}, for each`, 'B', ({ catchUp }) =>
          catchUp[at]!.runs.map(({ receivedBytes, sentBytes }) => (receivedBytes + sentBytes) / changes),
        ),
      ]),
      row('start', 's', ({ start }) => start.map(({ seconds }) => seconds)),
      row('heap for an offer', 'B', ({ start, offers }) => start.map(({ heapBytes }) => heapBytes / offers)),
      row('resident memory', 'MB', ({ start }) => start.map(({ residentBytes }) => residentBytes / 1e6)),
    ]
  })
}
