/**
 * Why a replica did not do what it was asked.
 *
 * | code | meaning | retry |
 * | --- | --- | --- |
 * | `bad-option` | an option has a value it does not take | no |
 * | `not-started` | libp2p, or the replica, is not running | later |
 * | `invalid` | the entry breaks the rules of its set: form, times, proof | no |
 * | `not-allowed` | admission refuses it | no |
 * | `superseded` | a later version of its key is held | no |
 * | `over-quota` | its group is full of later entries | later |
 * | `no-room` | the budget is full of entries that rank higher, and the price rose faster than it was paid | later |
 * | `too-dear` | its place costs more work than `maxStampBits` allows | later |
 * | `read-only` | the store takes no writes, for example because the disk is full | later |
 * | `busy` | more entries wait to be checked than the limits allow | yes |
 * | `no-session` | the peer could not be synchronized with | yes |
 * | `aborted` | the caller's signal | no |
 */
export type ReplicaCode =
  | 'bad-option'
  | 'not-started'
  | 'invalid'
  | 'not-allowed'
  | 'superseded'
  | 'over-quota'
  | 'no-room'
  | 'too-dear'
  | 'read-only'
  | 'busy'
  | 'no-session'
  | 'aborted'

const RETRYABLE: ReadonlySet<ReplicaCode> = new Set([
  'not-started',
  'over-quota',
  'no-room',
  'too-dear',
  'read-only',
  'busy',
  'no-session',
])

export class ReplicaError extends Error {
  override name = 'ReplicaError'
  readonly code: ReplicaCode

  constructor(code: ReplicaCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

/** @throws {ReplicaError} `aborted`, with the signal's reason as cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal)
}

export function aborted(signal: AbortSignal): ReplicaError {
  return new ReplicaError('aborted', 'aborted by the caller’s signal', { cause: signal.reason })
}
