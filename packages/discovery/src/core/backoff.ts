export interface BackoffLimits {
  readonly minMs: number
  readonly maxMs: number
  /** 0.25: a delay is between 75 % and 100 % of the doubled one, so that nodes cut off together do not return together. */
  readonly jitter: number
}

/** How long to wait after the nth failure in a row: doubles from `minMs` to `maxMs`, less a random part. */
export function retryDelayMs(failures: number, limits: BackoffLimits, draw: number): number {
  if (failures <= 0) return 0
  const doubled = limits.minMs * 2 ** Math.min(failures - 1, 52)
  return Math.round(Math.min(doubled, limits.maxMs) * (1 - limits.jitter * draw))
}
