/**
 * Why bytes or fields are no record.
 *
 * | code | meaning | retry |
 * | --- | --- | --- |
 * | `malformed` | not the one encoding of a record: cut off, a field too many, another order, a number written longer than it need be | no |
 * | `wrong-type` | a signed envelope of something else | no |
 * | `too-large` | the body is over the limit of its space, or the record over that of all | no |
 * | `bad-space` | not a space | no |
 * | `bad-name` | empty, or longer than 64 bytes | no |
 * | `bad-seq` | not an integer from 1 to 2^53 - 1 | no |
 * | `bad-times` | not created ≤ expires ≤ holds ≤ created + the longest life of the space | no |
 * | `unsupported-key` | the owner's key is not Ed25519 | no |
 * | `bad-key` | an Ed25519 key that no owner has: not canonical, or of small order | no |
 * | `bad-signature` | the signature is not the owner's over these bytes on this network | no |
 * | `unavailable` | this platform could not check or make a signature just now; the record may be fine | yes |
 */
export type RecordCode =
  | 'malformed'
  | 'wrong-type'
  | 'too-large'
  | 'bad-space'
  | 'bad-name'
  | 'bad-seq'
  | 'bad-times'
  | 'unsupported-key'
  | 'bad-key'
  | 'bad-signature'
  | 'unavailable'

export class RecordError extends Error {
  override name = 'RecordError'
  readonly code: RecordCode

  constructor(code: RecordCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get retryable(): boolean {
    return this.code === 'unavailable'
  }
}
