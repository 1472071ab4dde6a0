/**
 * - `bad-option`: an option of `broadcast()` or `topic()` has a value it does not take.
 * - `bad-topic`: a name, network or wire topic that spec/broadcast.md §2 does not allow.
 * - `topic-open`: the wire topic is open already; share that `Topic`, or close it first.
 * - `too-many-topics`: `maxTopics` are open.
 * - `unsupported-key`: a signed topic on a node whose key is not Ed25519.
 * - `not-started`: published before libp2p was started.
 * - `unencodable`: the codec refused the value.
 * - `too-large`: the message is longer on the wire than the topic allows.
 * - `closed`: the topic, or the node, was closed.
 * - `aborted`: the caller's signal aborted; the reason is the `cause`.
 */
export type BroadcastCode =
  | 'bad-option'
  | 'bad-topic'
  | 'topic-open'
  | 'too-many-topics'
  | 'unsupported-key'
  | 'not-started'
  | 'unencodable'
  | 'too-large'
  | 'closed'
  | 'aborted'

export class BroadcastError extends Error {
  override name = 'BroadcastError'
  readonly code: BroadcastCode

  constructor(code: BroadcastCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return this.code === 'not-started' || this.code === 'topic-open' || this.code === 'too-many-topics'
  }
}

/** @throws {BroadcastError} `aborted`, with the signal's reason as cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal)
}

export function aborted(signal: AbortSignal): BroadcastError {
  return new BroadcastError('aborted', 'aborted by the caller’s signal', { cause: signal.reason })
}
