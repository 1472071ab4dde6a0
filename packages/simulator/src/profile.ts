export type ProfileName = 'lan' | 'continent' | 'world' | 'tor'

/** What links are like. */
export interface Profile {
  /** Each link has its own latency, drawn evenly from the range by the seed. One way, in ms. */
  latencyMs: readonly [least: number, most: number]
  /** Of each direction of a link; Infinity for no limit. */
  bytesPerSecond: number
  /** Probability that a segment is lost and sent again, 0 to below 1. */
  loss: number
}

const BYTES_PER_MEGABIT = 125_000

/** Round figures, not those of one network: flags override them. Loss is what a path across it adds by itself: none. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  lan: { latencyMs: [0.1, 1], bytesPerSecond: 1_000 * BYTES_PER_MEGABIT, loss: 0 },
  continent: { latencyMs: [5, 40], bytesPerSecond: 100 * BYTES_PER_MEGABIT, loss: 0 },
  world: { latencyMs: [50, 150], bytesPerSecond: 20 * BYTES_PER_MEGABIT, loss: 0 },
  tor: { latencyMs: [200, 800], bytesPerSecond: 2 * BYTES_PER_MEGABIT, loss: 0 },
}
