import { text } from './bytes.ts'
import { CodecError } from './errors.ts'
import { tooLarge } from './limits.ts'
import type { Codec } from './codec.ts'

/** A message of a JSON codec is refused above this size unless `maxBytes` says otherwise. */
export const DEFAULT_JSON_MAX_BYTES = 1_048_576
/** Arrays and objects nested deeper than this are refused: no message of a protocol needs it, and many consumers recurse. */
export const DEFAULT_JSON_MAX_DEPTH = 32

export interface JsonOptions<T> {
  /** Largest encoded form, in bytes. */
  maxBytes?: number
  /** Deepest nesting of arrays and objects. */
  maxDepth?: number
  /** Parses what JSON.parse returned into a `T`, or throws: a zod schema's `.parse` fits. Without it the value is trusted to be a `T`. */
  check?: (value: unknown) => T
}

/** JSON in UTF-8 (RFC 8259), checked for size and depth before it is parsed, and by `check` after. */
export function json<T>(options: JsonOptions<T> = {}): Codec<T> {
  const { maxBytes = DEFAULT_JSON_MAX_BYTES, maxDepth = DEFAULT_JSON_MAX_DEPTH, check } = options

  return {
    contentType: 'application/json',
    encode(value) {
      const encoded = text.encode(stringify(value))
      if (encoded.byteLength > maxBytes) throw tooLarge('JSON value', encoded.byteLength, maxBytes)
      checkDepth(encoded, maxDepth)
      return encoded
    },
    decode(encoded) {
      if (encoded.byteLength > maxBytes) throw tooLarge('JSON value', encoded.byteLength, maxBytes)
      checkDepth(encoded, maxDepth)
      const string = text.decode(encoded)
      let value: unknown
      try {
        value = JSON.parse(string)
      } catch (error) {
        throw new CodecError('malformed', `not JSON: ${(error as Error).message}`, { cause: error })
      }
      if (check === undefined) return value as T
      try {
        return check(value)
      } catch (error) {
        throw new CodecError('malformed', `JSON value refused: ${(error as Error).message}`, { cause: error })
      }
    },
  }
}

function stringify(value: unknown): string {
  let string: string | undefined
  try {
    string = JSON.stringify(value)
  } catch (error) {
    // a cycle, a bigint, or what a toJSON threw
    throw new CodecError('malformed', `value has no JSON form: ${(error as Error).message}`, { cause: error })
  }
  if (string === undefined) throw new CodecError('malformed', `a value of type ${typeof value} has no JSON form`)
  return string
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** One pass over the bytes: UTF-8 never uses the bytes of `"`, `\`, `[`, `{`, `]`, `}` inside another character. */
function checkDepth(encoded: Uint8Array, maxDepth: number): void {
  let depth = 0
  let inString = false
  for (let i = 0; i < encoded.length; i++) {
    const byte = encoded[i]!
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (++depth > maxDepth) throw new CodecError('limit', `JSON value is nested deeper than ${maxDepth} levels`)
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--
  }
}
