import { isBelowZero, LEAST_SAMPLES } from './statistics.ts'

/** What is weighed: both shall be small. */
export interface Costs {
  /** p99, of the network. */
  delayMs: number
  /** Received by a node for each delivery. */
  bytesPerDelivery: number
}

/** Means over seeds, and what they are the means of. */
export interface Sampled extends Costs {
  /** The same seed is at the same place for all. */
  bySeed: readonly Costs[]
}

/**
 * The other is no worse in either mean and better in one. With three seeds or more it also has to be better in one by more than chance:
 * of the differences of the two with the same seed, which has the same topology and messages, the 95 % confidence interval
 * (Student's t) does not reach 0. What only looks better by the seeds that were drawn beats nobody.
 */
export function isBeatenBy(one: Sampled, other: Sampled): boolean {
  if (other.delayMs > one.delayMs || other.bytesPerDelivery > one.bytesPerDelivery) return false
  if (one.bySeed.length < LEAST_SAMPLES) {
    return other.delayMs < one.delayMs || other.bytesPerDelivery < one.bytesPerDelivery
  }
  return isBelowZero(differences(one, other, 'delayMs')) || isBelowZero(differences(one, other, 'bytesPerDelivery'))
}

function differences(one: Sampled, other: Sampled, cost: keyof Costs): number[] {
  return one.bySeed.map((costs, index) => other.bySeed[index]![cost] - costs[cost])
}

/** Those that nothing beats, the cheapest in bytes first. Where noise is not known, the Pareto front. */
export function frontOf<T extends Sampled>(points: readonly T[]): T[] {
  return points
    .filter(point => !points.some(other => isBeatenBy(point, other)))
    .toSorted((one, other) => one.bytesPerDelivery - other.bytesPerDelivery || one.delayMs - other.delayMs)
}

/** The point of a front with the least delay. Undefined for an empty front. */
export function fastestOf<T extends Costs>(front: readonly T[]): T | undefined {
  return front.toSorted((one, other) => one.delayMs - other.delayMs)[0]
}

/**
 * The point of a front that is nearest to the best of both, with the front's own ranges as units: where a little less of the one begins to
 * cost much of the other. Undefined for an empty front.
 */
export function balancedOf<T extends Costs>(front: readonly T[]): T | undefined {
  const delay = unit(front.map(({ delayMs }) => delayMs))
  const bytes = unit(front.map(({ bytesPerDelivery }) => bytesPerDelivery))
  const distance = (point: T) => Math.hypot(delay(point.delayMs), bytes(point.bytesPerDelivery))
  return front.toSorted((one, other) => distance(one) - distance(other))[0]
}

/** Maps the least to 0 and the most to 1. */
function unit(values: readonly number[]): (value: number) => number {
  const least = Math.min(...values)
  const range = Math.max(...values) - least
  return value => (range === 0 ? 0 : (value - least) / range)
}
