export interface BackoffOptions {
  /** Until the first attempt is repeated, in ms. Doubled each time… */
  readonly retryMs: number
  /** …up to this, in ms. */
  readonly maxRetryMs: number
}

/** How much longer or shorter a wait may be, so that those who failed together do not try together. */
const SPREAD = 0.25

/**
 * How long to wait after so many attempts, in ms.
 * @param jitter 0 to 1
 */
export function backoffMs(attempts: number, { retryMs, maxRetryMs }: BackoffOptions, jitter: number): number {
  let waitMs = retryMs
  for (let doubled = 1; doubled < attempts && waitMs < maxRetryMs; doubled++) waitMs *= 2
  return Math.round(Math.min(waitMs, maxRetryMs) * (1 - SPREAD + 2 * SPREAD * jitter))
}
