import type { ReplicaCounters } from './api.ts'

export function noCounts(): ReplicaCounters {
  return {
    verdicts: {
      new: 0,
      newer: 0,
      restamped: 0,
      known: 0,
      superseded: 0,
      expired: 0,
      'over-quota': 0,
      'no-room': 0,
      'too-often': 0,
      future: 0,
      'not-allowed': 0,
      malformed: 0,
      unproven: 0,
      'bad-stamp': 0,
    },
    overloaded: 0,
    refusedReadOnly: 0,
    published: 0,
    notGossiped: 0,
    damagedRows: 0,
    peersDropped: 0,
  }
}

/** libp2p's metrics add what they get to what they have. */
export function countsSinceLast(counters: ReplicaCounters): () => Record<string, number> {
  let reported: Record<string, number> = {}
  return () => {
    const { verdicts, ...events } = counters
    const now: Record<string, number> = { ...verdicts, ...events }
    const since = Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (reported[name] ?? 0)]))
    reported = now
    return since
  }
}
