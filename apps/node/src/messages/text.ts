import { CodecError, protobuf } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { Received, Text } from '../gen/message.js'
import type { Codec } from '@stoa/codec'
import type { Protocol } from '@stoa/direct'

/** spec/message.md §1: a longer text is refused, in bytes of UTF-8. A broadcast of it stays below gossipsub's 64 KiB. */
export const MAX_TEXT_BYTES = 32_768
/** spec/message.md §1, in characters. */
export const MAX_CONTENT_TYPE_LENGTH = 128
/** spec/message.md §3: random bytes of a broadcast. */
export const NONCE_BYTES = 16
/** spec/message.md §3: more in a message that arrives is refused, in bytes. */
const MAX_NONCE_BYTES = 64
/** Text, content type, nonce, time, and the tags and lengths of the fields. */
const MAX_MESSAGE_BYTES = MAX_TEXT_BYTES + MAX_CONTENT_TYPE_LENGTH + MAX_NONCE_BYTES + 64

export const DEFAULT_CONTENT_TYPE = 'text/plain'
const CONTENT_TYPE = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+( ?; ?[\x20-\x7e]+)?$/

export interface TextMessage {
  text: string
  contentType: string
  /** By the sender's clock, in ms since 1970. Nothing proves it. */
  sentMs: number
  /** Empty in a message to one peer. */
  nonce: Uint8Array<ArrayBuffer>
}

const wire = protobuf<Text>(Text, { maxBytes: MAX_MESSAGE_BYTES, maxVarints: 64 })

/** spec/message.md §1. What it decodes holds to the limits. */
export const textCodec: Codec<TextMessage> = {
  contentType: 'application/protobuf',
  encode: message => wire.encode(check(message)),
  decode(bytes) {
    const message = wire.decode(bytes)
    return check({ ...message, contentType: message.contentType === '' ? DEFAULT_CONTENT_TYPE : message.contentType })
  },
}

/** spec/message.md §2. */
export function messageProtocol(network: string): Protocol<TextMessage, Received> {
  return defineProtocol({
    id: `/stoa/${network}/message/1.0.0`,
    request: textCodec,
    response: protobuf<Received>(Received, { maxBytes: 1_024 }),
    maxRequestBytes: MAX_MESSAGE_BYTES,
    maxResponseBytes: 1_024,
  })
}

export function isContentType(value: string): boolean {
  return value.length <= MAX_CONTENT_TYPE_LENGTH && CONTENT_TYPE.test(value)
}

function check(message: TextMessage): TextMessage {
  const textBytes = Buffer.byteLength(message.text)
  if (textBytes > MAX_TEXT_BYTES) {
    throw new CodecError(
      'too-large',
      `text is ${textBytes.toLocaleString('en')} bytes, the limit is ${MAX_TEXT_BYTES.toLocaleString('en')}`,
    )
  }
  if (!isContentType(message.contentType)) {
    throw new CodecError('malformed', `content type is ${JSON.stringify(message.contentType.slice(0, 160))}`)
  }
  if (message.nonce.byteLength > MAX_NONCE_BYTES) {
    throw new CodecError('too-large', `nonce is ${message.nonce.byteLength} bytes, the limit is ${MAX_NONCE_BYTES}`)
  }
  return message
}
