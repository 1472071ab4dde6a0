/**
 * - `bad-option`: an option of `offers()`, `list()` or `publish()` has a value that it does not take.
 * - `bad-market`, `bad-name`: not what spec/offers.md §2 allows.
 * - `too-large`: the body is longer than the network allows.
 * - `bad-body`: the market's codec or check refuses it.
 * - `not-found`: there is no such offer of this node's own.
 * - `not-own`: the offer is another's.
 * - `over-quota`: this owner has as many offers in the market as the network allows; removed ones count until their holds are over.
 * - `not-allowed`: the admission of this node refuses it.
 * - `no-room`: the budget is full of what ranks higher, and no stamp within reach outranks it.
 * - `superseded`: another device of the same identity published a later version meanwhile.
 * - `clock`: this node's clock is behind what it published before.
 * - `read-only`: the store takes no writes now, for want of space for example.
 * - `busy`: more waits to be stored than the limits allow.
 * - `unsupported-key`: this node's key is not Ed25519, and owns no offers.
 * - `bad-file`: not a file of offers, or of another network.
 * - `not-started`: libp2p is not started, or was stopped.
 * - `aborted`: the caller's signal; its reason is the `cause`.
 * - `failed`: anything else; the `cause` says what.
 */
export type OffersCode =
  | 'bad-option'
  | 'bad-market'
  | 'bad-name'
  | 'too-large'
  | 'bad-body'
  | 'not-found'
  | 'not-own'
  | 'over-quota'
  | 'not-allowed'
  | 'no-room'
  | 'superseded'
  | 'clock'
  | 'read-only'
  | 'busy'
  | 'unsupported-key'
  | 'bad-file'
  | 'not-started'
  | 'aborted'
  | 'failed'

const RETRYABLE: ReadonlySet<OffersCode> = new Set([
  'over-quota',
  'no-room',
  'superseded',
  'read-only',
  'busy',
  'not-started',
])

export class OffersError extends Error {
  override name = 'OffersError'
  readonly code: OffersCode

  constructor(code: OffersCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

/** @throws {OffersError} `aborted`, with the signal's reason as cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal)
}

export function aborted(signal: AbortSignal): OffersError {
  return new OffersError('aborted', 'aborted by the caller’s signal', { cause: signal.reason })
}
