import { CodecError } from './errors.ts'
import type { Codec } from './codec.ts'

/** Bytes as they are. `decode` copies, so that the value owns its memory. */
export const bytes: Codec<Uint8Array> = {
  contentType: 'application/octet-stream',
  encode: value => value,
  decode: encoded => encoded.slice(),
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 text. Bytes that are not valid UTF-8 are `malformed`. */
export const text: Codec<string> = {
  contentType: 'text/plain; charset=utf-8',
  encode: value => encoder.encode(value),
  decode: encoded => {
    try {
      return decoder.decode(encoded)
    } catch (error) {
      throw new CodecError('malformed', `${encoded.byteLength} bytes are not valid UTF-8`, { cause: error })
    }
  },
}
