/**
 * `malformed`: not what the protocol's format allows. `too-large`: over `maxMessageBytes`. `limit`: more ranges or ids than allowed.
 * `unsupported-version`: the peer speaks another version only. `bad-item`: a timestamp or id that no item or bound can have.
 * `bad-state`: `open()` called twice, or `next()` before it or after the end.
 */
export type ReconcileErrorCode = 'malformed' | 'too-large' | 'limit' | 'unsupported-version' | 'bad-item' | 'bad-state'

/** A message that breaks the protocol or our limits, or a call that makes no sense. Never retryable: the same input fails again. */
export class ReconcileError extends Error {
  override name = 'ReconcileError'
  readonly code: ReconcileErrorCode
  readonly retryable = false

  constructor(code: ReconcileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
