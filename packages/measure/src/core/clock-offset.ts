/** One exchange: asked and answered by our clock, received and sent by theirs, in ms. */
export interface ClockSample {
  askedMs: number
  receivedMs: number
  sentMs: number
  answeredMs: number
}

export interface ClockOffset {
  /** Their clock less ours. */
  offsetMs: number
  /** What the network took, both ways. The offset is wrong by no more than half of it. */
  rttMs: number
  /** When it was, by our clock. */
  atMs: number
}

/**
 * RFC 5905 §8: offset θ and delay δ of one exchange; of several, that of the smallest delay (§10), since what makes it longer makes it less sure.
 * Undefined when none can have been: a clock that goes backwards, or that took longer to answer than we waited.
 */
export function clockOffset(samples: readonly ClockSample[]): ClockOffset | undefined {
  let best: ClockOffset | undefined
  for (const { askedMs, receivedMs, sentMs, answeredMs } of samples) {
    const rttMs = answeredMs - askedMs - (sentMs - receivedMs)
    if (sentMs < receivedMs || rttMs < 0 || (best !== undefined && rttMs >= best.rttMs)) continue
    best = { offsetMs: (receivedMs - askedMs + (sentMs - answeredMs)) / 2, rttMs, atMs: answeredMs }
  }
  return best
}

/** Whether another exchange would hardly be better: half of them took no more than twice the shortest. */
export function isSteady(samples: readonly ClockSample[]): boolean {
  const rtts = samples.map(rttOf).toSorted((a, b) => a - b)
  const [shortest, median] = [rtts[0], rtts[Math.floor(rtts.length / 2)]]
  return shortest !== undefined && median !== undefined && median <= 2 * shortest
}

export function rttOf({ askedMs, receivedMs, sentMs, answeredMs }: ClockSample): number {
  return answeredMs - askedMs - (sentMs - receivedMs)
}
