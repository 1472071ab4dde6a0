import { CodecError } from './errors.ts'
import type { Codec } from './codec.ts'

/** Bytes as they are. `decode` copies, so that the value owns its memory. */
export const bytes: Codec<Uint8Array> = {
  contentType: 'application/octet-stream',
  encode: value => value,
  // not slice(): that of a Node Buffer is a view
  decode: encoded => new Uint8Array(encoded),
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 text. Bytes that are not valid UTF-8 are `malformed`, and so are strings that have no UTF-8 form (lone surrogates). */
export const text: Codec<string> = {
  contentType: 'text/plain; charset=utf-8',
  encode: value => {
    if (!value.isWellFormed()) throw new CodecError('malformed', 'a string with a lone surrogate has no UTF-8 form')
    return encoder.encode(value)
  },
  decode: encoded => {
    try {
      return decoder.decode(encoded)
    } catch (error) {
      throw new CodecError('malformed', `${encoded.byteLength} bytes are not valid UTF-8`, { cause: error })
    }
  },
}
