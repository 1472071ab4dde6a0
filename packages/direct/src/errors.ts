/**
 * Why a request has no answer.
 *
 * | code | meaning | retry |
 * | --- | --- | --- |
 * | `not-found` | no address of the peer is known | later |
 * | `unreachable` | no address of the peer answered, or another peer did | later |
 * | `no-such-protocol` | the peer does not speak the protocol | no |
 * | `refused` | a connection gater, a limit on either side, or the peer's handler said no | later |
 * | `timeout` | no answer within `timeoutMs` | yes |
 * | `too-large` | the request or its answer is over the protocol's limit | no |
 * | `aborted` | the caller's signal | no |
 * | `disconnected` | the stream or the connection broke before the answer came | yes |
 * | `malformed` | either side could not decode what the other sent | no |
 * | `failed` | the peer's handler threw; what it threw stays with the peer | no |
 * | `stopped` | the service is not running | no |
 */
export type DirectCode =
  | 'not-found'
  | 'unreachable'
  | 'no-such-protocol'
  | 'refused'
  | 'timeout'
  | 'too-large'
  | 'aborted'
  | 'disconnected'
  | 'malformed'
  | 'failed'
  | 'stopped'

const RETRYABLE: ReadonlySet<DirectCode> = new Set(['not-found', 'unreachable', 'refused', 'timeout', 'disconnected'])

export class DirectError extends Error {
  override name = 'DirectError'
  readonly code: DirectCode

  constructor(code: DirectCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

/**
 * Thrown by a handler to refuse a request with a text that the caller may read: it arrives there as `refused` with this message. Anything
 * else that a handler throws arrives as `failed` without its message.
 */
export class RefuseRequest extends Error {
  override name = 'RefuseRequest'
}
