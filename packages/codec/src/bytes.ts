import { CodecError } from './errors.ts'
import { copyOf } from './small-copy.ts'
import type { Codec } from './codec.ts'

/**
 * Bytes as they are. `decode` copies, so that a value outlives the buffer it arrived in. Small values share memory behind the scenes, as
 * Node's Buffers do: mind `byteOffset` when you use `value.buffer`.
 */
export const bytes: Codec<Uint8Array> = {
  contentType: 'application/octet-stream',
  encode: value => value,
  decode: copyOf,
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
