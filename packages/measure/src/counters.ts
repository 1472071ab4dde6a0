/** Counts since the start. */
export interface MeasureCounters {
  /** Probes of others that arrived, were counted and forwarded. */
  probesSeen: number
  /** Probes that were neither counted nor forwarded: too many of one author, too many in all, or of too many runs. */
  probesRefused: number
  /** Further probes of one author with the same number. */
  probesRepeated: number
  /** Runs of others that ended. */
  runsSeen: number
  /** Answers that the author of a run took. */
  answersSent: number
  /** Answers that could not be brought, or that their author had no use for. */
  answersLost: number
  /** Answers to runs of this node. */
  answersTaken: number
  /** Answers to no run of this node, a second one of a peer, one too many, or not of the right form. */
  answersRefused: number
  clocksTold: number
  clocksRefused: number
  /** Throughput tests that peers made with this node. */
  loadsServed: number
  loadsRefused: number
}

export function noCounts(): MeasureCounters {
  return {
    probesSeen: 0,
    probesRefused: 0,
    probesRepeated: 0,
    runsSeen: 0,
    answersSent: 0,
    answersLost: 0,
    answersTaken: 0,
    answersRefused: 0,
    clocksTold: 0,
    clocksRefused: 0,
    loadsServed: 0,
    loadsRefused: 0,
  }
}

/** libp2p's metrics add what they get to what they have. */
export function countsSinceLast(counters: MeasureCounters): () => Record<string, number> {
  let reported: Record<string, number> = {}
  return () => {
    const now: Record<string, number> = { ...counters }
    const since = Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (reported[name] ?? 0)]))
    reported = now
    return since
  }
}
