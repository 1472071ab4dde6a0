/** `too-large`: over `maxBytes`. `limit`: too many values. `malformed`: not what the codec's format allows. */
export type CodecErrorCode = 'too-large' | 'limit' | 'malformed'

/** A value that cannot be encoded, or bytes that cannot be decoded, within the codec's limits. Never retryable: the same input fails again. */
export class CodecError extends Error {
  override name = 'CodecError'
  readonly code: CodecErrorCode
  readonly retryable = false

  constructor(code: CodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** `too-large`: a length prefix over the maximum. `malformed`: not a minimal unsigned varint. `truncated`: the stream ended inside a frame. */
export type FrameErrorCode = 'too-large' | 'malformed' | 'truncated'

/** The peer broke framing (spec/framing.md). The stream cannot be read any further: abort it. */
export class FrameError extends Error {
  override name = 'FrameError'
  readonly code: FrameErrorCode
  readonly retryable = false

  constructor(code: FrameErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * `closed`: written to after the writable end was closed. `reset`: the peer or the connection ended the stream abruptly.
 * `aborted`: this side did. `overflow`: more was queued than the cap allows.
 */
export type StreamErrorCode = 'closed' | 'reset' | 'aborted' | 'overflow'

/** A stream that cannot be used any more. `retryable` says whether a new stream may succeed. */
export class StreamError extends Error {
  override name = 'StreamError'
  readonly code: StreamErrorCode

  constructor(code: StreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get retryable(): boolean {
    return this.code === 'reset'
  }
}
