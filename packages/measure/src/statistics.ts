/** What a set of delays looks like, in ms. */
export interface Delays {
  count: number
  min: number
  mean: number
  p50: number
  p90: number
  p99: number
  max: number
}

/** Undefined for no values. @param delaysMs in any order; not changed */
export function delaysOf(delaysMs: readonly number[] | Float64Array): Delays | undefined {
  if (delaysMs.length === 0) return undefined
  const sorted = Float64Array.from(delaysMs).sort()
  let sum = 0
  for (const value of sorted) sum += value
  return {
    count: sorted.length,
    min: sorted[0]!,
    mean: sum / sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1)!,
  }
}

/** Nearest rank: the smallest value that is not below a share `q` of them. @param sorted at least one value, ascending */
export function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))]!
}
