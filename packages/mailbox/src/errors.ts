/**
 * - `bad-option`: an option of `mailbox()` or `send()` has a value that it does not take.
 * - `too-large`: the body does not fit the largest letter.
 * - `bad-ttl`: the lifetime is not between a minute and 15 days.
 * - `no-key`: the receiver is not known: no mail key of that identity is published (any more).
 * - `unsupported-key`: an identity here is not Ed25519.
 * - `too-dear`: the stamp that a place costs now takes more work than this node's limit.
 * - `no-room`: the store of this node, or of its peers, has no room for the letter.
 * - `bad-stamp`: a peer refused the letter because its stamp is too weak.
 * - `read-only`: the store takes no writes now, for want of space for example.
 * - `outbox-full`: as many letters are under way as the limits allow.
 * - `unreachable`: no peer could be reached.
 * - `refused`: a peer refused the letter.
 * - `not-found`: there is no such letter.
 * - `not-started`: libp2p is not started, or was stopped.
 * - `aborted`: the caller's signal; its reason is the `cause`.
 * - `failed`: anything else; the `cause` says what.
 */
export type MailboxCode =
  | 'bad-option'
  | 'too-large'
  | 'bad-ttl'
  | 'no-key'
  | 'unsupported-key'
  | 'too-dear'
  | 'no-room'
  | 'bad-stamp'
  | 'read-only'
  | 'outbox-full'
  | 'unreachable'
  | 'refused'
  | 'not-found'
  | 'not-started'
  | 'aborted'
  | 'failed'

const RETRYABLE: ReadonlySet<MailboxCode> = new Set([
  'no-key',
  'too-dear',
  'no-room',
  'read-only',
  'outbox-full',
  'unreachable',
  'not-started',
])

export class MailboxError extends Error {
  override name = 'MailboxError'
  readonly code: MailboxCode

  constructor(code: MailboxCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

/** @throws {MailboxError} `aborted`, with the signal's reason as cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal)
}

export function aborted(signal: AbortSignal | undefined, message = 'aborted by the caller’s signal'): MailboxError {
  return new MailboxError('aborted', message, { cause: signal?.reason })
}
