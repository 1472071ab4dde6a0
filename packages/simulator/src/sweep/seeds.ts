import { MOST_SAMPLES } from './statistics.ts'

export const MAX_SEEDS = MOST_SAMPLES

/** `7`, `7-2`, `7-3`: the first round has the seed of a sweep with one. @param round from 0 */
export function seedOf(first: string, round: number): string {
  return round === 0 ? first : `${first}-${round + 1}`
}
