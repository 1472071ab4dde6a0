/**
 * - `bad-option`: an option of `measure()`, `propagation()` or `peer()` has a value that it does not take.
 * - `bad-topic`: not the name of a topic.
 * - `too-many-topics`: broadcast has as many topics open as it may.
 * - `unsupported-key`: probes are signed with Ed25519 keys, and this node's is another.
 * - `no-receivers`: nobody is there who takes part for this topic.
 * - `busy`: a measurement of the same kind is under way on this node.
 * - `unreachable`: the peer could not be reached, or was lost on the way.
 * - `not-supported`: the peer does not measure.
 * - `refused`: the peer says no: it serves another test, or has served enough for now.
 * - `malformed`: the peer answered what it may not.
 * - `not-started`: libp2p is not started, or was stopped.
 * - `aborted`: the caller's signal; its reason is the `cause`.
 * - `failed`: anything else; the `cause` says what.
 */
export type MeasureCode =
  | 'bad-option'
  | 'bad-topic'
  | 'too-many-topics'
  | 'unsupported-key'
  | 'no-receivers'
  | 'busy'
  | 'unreachable'
  | 'not-supported'
  | 'refused'
  | 'malformed'
  | 'not-started'
  | 'aborted'
  | 'failed'

const RETRYABLE: ReadonlySet<MeasureCode> = new Set([
  'too-many-topics',
  'no-receivers',
  'busy',
  'unreachable',
  'refused',
  'not-started',
])

export class MeasureError extends Error {
  override name = 'MeasureError'
  readonly code: MeasureCode

  constructor(code: MeasureCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

/** @throws {MeasureError} `aborted`, with the signal's reason as cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal)
}

export function aborted(signal: AbortSignal | undefined): MeasureError {
  return new MeasureError('aborted', 'aborted by the caller’s signal', { cause: signal?.reason })
}
