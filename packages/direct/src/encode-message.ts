import { CodecError } from '@stoa/codec'
import { DirectError } from './errors.ts'

/** @throws {DirectError} `too-large` or `malformed`, naming `what`. */
export function encodeMessage<T>(
  codec: { encode: (value: T) => Uint8Array },
  value: T,
  maxBytes: number,
  what: string,
): Uint8Array {
  let payload: Uint8Array
  try {
    payload = codec.encode(value)
  } catch (error) {
    const code = error instanceof CodecError && error.code === 'too-large' ? 'too-large' : 'malformed'
    throw new DirectError(code, `${what} could not be encoded: ${(error as Error).message}`, { cause: error })
  }
  if (payload.byteLength > maxBytes)
    throw new DirectError('too-large', `${what} is ${payload.byteLength} bytes, the limit is ${maxBytes}`)
  return payload
}
