import { reader } from 'protons-runtime'
import { CodecError } from './errors.ts'
import { copyOf } from './small-copy.ts'
import { tooLarge } from './limits.ts'
import type { Codec } from './codec.ts'
import type { DecodeOptions, Codec as ProtonsCodec, Reader } from 'protons-runtime'

/** What `protons` generates for a message: pass the generated namespace, e.g. `protobuf(Greeting)`. */
export interface ProtonsMessage<T> {
  codec: () => ProtonsCodec<T>
  encode: (value: Partial<T>) => Uint8Array
}

export interface ProtobufLimits<T> {
  /** Largest encoded message, in bytes. Default 1 MiB. */
  maxBytes: number
  /**
   * Most 32-bit varints (field tags, lengths and 32-bit values) read while decoding one message, on all levels together. Default 65,536.
   * Every element of a repeated field costs at least one, so a message of a million empty entries is refused after
   * 65,536 steps and not after it became a million objects.
   */
  maxVarints: number
  /** Limits for single repeated or map fields, as protons takes them: `{ tags: 16, parts$: { names: 4 } }`. */
  repeated?: DecodeOptions<T>['limits']
}

export const PROTOBUF_DEFAULTS = { maxBytes: 1_048_576, maxVarints: 65_536 } as const

/**
 * The protobuf codec over protons (https://github.com/ipfs/protons).
 *
 * Depth needs no figure of its own: protons refuses recursive messages, so a schema fixes how deep a message can nest, and groups,
 * the only nesting that needs no schema, are refused here (proto3 has none).
 */
export function protobuf<T>(message: ProtonsMessage<T>, limits: Partial<ProtobufLimits<T>> = {}): Codec<T> {
  const { maxBytes = PROTOBUF_DEFAULTS.maxBytes, maxVarints = PROTOBUF_DEFAULTS.maxVarints, repeated } = limits

  return {
    contentType: 'application/protobuf',
    encode(value) {
      let encoded: Uint8Array
      try {
        encoded = message.encode(value)
      } catch (error) {
        throw new CodecError('malformed', `value has no protobuf form: ${(error as Error).message}`, { cause: error })
      }
      if (encoded.byteLength > maxBytes) throw tooLarge('protobuf message', encoded.byteLength, maxBytes)
      return encoded
    },
    decode(encoded) {
      if (encoded.byteLength > maxBytes) throw tooLarge('protobuf message', encoded.byteLength, maxBytes)
      try {
        // a copy, because protons returns bytes fields as views of what it read (and not slice(): that of a Node Buffer is a view)
        const reader = new LimitedReader(copyOf(encoded), maxVarints)
        const value = message.codec().decode(reader, undefined, { limits: repeated })
        // protons takes some 64-bit varints that are cut off at the very end for whole ones
        if (reader.pos !== reader.len) throw new CodecError('malformed', 'protobuf message ends inside a field')
        return value
      } catch (error) {
        if (error instanceof CodecError) throw error
        const name = (error as Error).name
        const code = name === 'MaxLengthError' || name === 'MaxSizeError' ? 'limit' : 'malformed'
        throw new CodecError(code, `protobuf message of ${encoded.byteLength} bytes: ${(error as Error).message}`, {
          cause: error,
        })
      }
    },
  }
}

const START_GROUP = 3

// protons-runtime exports the factory but not the class
const ProtonsReader = reader(new Uint8Array(0)).constructor as new (bytes: Uint8Array) => Reader

class LimitedReader extends ProtonsReader {
  #left: number
  readonly #max: number

  constructor(bytes: Uint8Array, max: number) {
    super(bytes)
    this.#left = max
    this.#max = max
  }

  override uint32(): number {
    if (--this.#left < 0)
      throw new CodecError(
        'limit',
        `protobuf message has more than ${this.#max.toLocaleString('en')} fields, lengths and 32-bit values`,
      )
    return super.uint32()
  }

  override skipType(wireType: number): void {
    if (wireType === START_GROUP)
      throw new CodecError('malformed', 'protobuf message contains a group, which proto3 does not have')
    super.skipType(wireType)
  }
}
