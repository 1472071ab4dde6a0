/** What is weighed: both shall be small. */
export interface Costs {
  /** p99, of the network. */
  delayMs: number
  /** Received by a node for each delivery. */
  bytesPerDelivery: number
}

/** Nothing is as good in one and better in the other. */
export function isBeatenBy(one: Costs, other: Costs): boolean {
  return (
    other.delayMs <= one.delayMs &&
    other.bytesPerDelivery <= one.bytesPerDelivery &&
    (other.delayMs < one.delayMs || other.bytesPerDelivery < one.bytesPerDelivery)
  )
}

/** Those that nothing beats (Pareto), the cheapest in bytes first. */
export function frontOf<T extends Costs>(points: readonly T[]): T[] {
  return points
    .filter(point => !points.some(other => isBeatenBy(point, other)))
    .toSorted((one, other) => one.bytesPerDelivery - other.bytesPerDelivery || one.delayMs - other.delayMs)
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
