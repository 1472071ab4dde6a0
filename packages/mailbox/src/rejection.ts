/**
 * What is wrong with something that came as a letter or receipt. Each has a counter (spec/mailbox.md, Rejections).
 *
 * Of the bytes, so nobody stores or passes them on:
 * - `malformed`: not the one encoding of a letter or receipt, or beyond a limit.
 * - `bad-hash`: the sealed bytes are not those that the header names.
 * - `bad-preimage`: the receipt does not open the lock of its header.
 * - `bad-stamp`: no stamp, a weak one, or one that is not for this letter.
 *
 * Of what was opened with this node's own key, so only the receiver sees it:
 * - `bad-padding`: what is sealed is not padded as it must be.
 * - `bad-envelope`: what is sealed is no envelope.
 * - `wrong-lock`: the header's lock is not the one that this letter's receipt opens.
 * - `wrong-receiver`: the envelope is signed for another identity.
 * - `bad-signature`: the sender it names did not sign it.
 * - `replayed`: the same message of the same sender came before in another letter.
 */
export type RejectionCode =
  | 'malformed'
  | 'bad-hash'
  | 'bad-preimage'
  | 'bad-stamp'
  | 'bad-padding'
  | 'bad-envelope'
  | 'wrong-lock'
  | 'wrong-receiver'
  | 'bad-signature'
  | 'replayed'

export const REJECTION_CODES = [
  'malformed',
  'bad-hash',
  'bad-preimage',
  'bad-stamp',
  'bad-padding',
  'bad-envelope',
  'wrong-lock',
  'wrong-receiver',
  'bad-signature',
  'replayed',
] as const satisfies readonly RejectionCode[]

export class RejectionError extends Error {
  override name = 'RejectionError'
  readonly code: RejectionCode

  constructor(code: RejectionCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
