import { publicKeyFromProtobuf, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { SignedEnvelope } from './gen/broadcast.js'
import type { PeerId, PrivateKey, PublicKey } from '@libp2p/interface'

// spec/broadcast.md §5. The layout is that of libp2p RFC 0002, so that any libp2p can write and read it.

const encoder = new TextEncoder()
const PAYLOAD_TYPE = encoder.encode('/stoa/broadcast/1')
const DOMAIN = 'stoa-broadcast:'
const SIGNATURE_BYTES = 64

export interface OpenedEnvelope {
  author: PeerId
  /** A view into the data that was opened. */
  payload: Uint8Array
}

export type EnvelopeErrorCode = 'malformed' | 'bad-signature'

export class EnvelopeError extends Error {
  override name = 'EnvelopeError'
  readonly code: EnvelopeErrorCode

  constructor(code: EnvelopeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Signs a payload for one topic. The same payload, topic and key give the same bytes. */
export async function seal(privateKey: PrivateKey, wireTopic: string, payload: Uint8Array): Promise<Uint8Array> {
  return SignedEnvelope.encode({
    publicKey: owned(publicKeyToProtobuf(privateKey.publicKey)),
    payloadType: PAYLOAD_TYPE,
    payload: owned(payload),
    signature: owned(await privateKey.sign(signedBytes(wireTopic, payload))),
  })
}

/** @throws {EnvelopeError} */
export async function open(wireTopic: string, data: Uint8Array): Promise<OpenedEnvelope> {
  const envelope = decodeCanonical(data)
  const publicKey = parseKey(envelope.publicKey)
  const valid = await verify(publicKey, signedBytes(wireTopic, envelope.payload), envelope.signature)
  if (!valid) {
    throw new EnvelopeError('bad-signature', `the signature is not the author’s over this value on ${wireTopic}`)
  }
  return { author: peerIdFromPublicKey(publicKey), payload: envelope.payload }
}

/** One value by one author has one encoding. Otherwise anyone could re-encode it and have it delivered again under a new message id. */
function decodeCanonical(data: Uint8Array): SignedEnvelope {
  let envelope: SignedEnvelope
  try {
    envelope = SignedEnvelope.decode(data)
  } catch (error) {
    throw new EnvelopeError('malformed', 'not a signed envelope', { cause: error })
  }
  if (!equals(SignedEnvelope.encode(envelope), data)) {
    throw new EnvelopeError('malformed', 'not the canonical encoding of a signed envelope')
  }
  if (!equals(envelope.payloadType, PAYLOAD_TYPE)) {
    throw new EnvelopeError('malformed', 'the payload type is not /stoa/broadcast/1')
  }
  if (envelope.signature.byteLength !== SIGNATURE_BYTES) {
    throw new EnvelopeError('malformed', `a signature of ${envelope.signature.byteLength} bytes, it has 64`)
  }
  return envelope
}

function parseKey(bytes: Uint8Array): PublicKey {
  let key: PublicKey
  try {
    key = publicKeyFromProtobuf(bytes)
  } catch (error) {
    throw new EnvelopeError('malformed', 'not a public key', { cause: error })
  }
  if (key.type !== 'Ed25519' || !equals(publicKeyToProtobuf(key), bytes)) {
    throw new EnvelopeError('malformed', 'the public key is not an Ed25519 key in its canonical encoding')
  }
  return key
}

async function verify(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    return await key.verify(bytes, signature)
  } catch {
    // a key that is not a point of the curve
    return false
  }
}

/** RFC 0002: each part led by its length. The domain holds the topic, so a signature is worth nothing on another. */
function signedBytes(wireTopic: string, payload: Uint8Array): Uint8Array {
  const domain = encoder.encode(DOMAIN + wireTopic)
  return concat([domain, PAYLOAD_TYPE, payload].flatMap(part => [uvarint(part.byteLength), part]))
}

function uvarint(value: number): Uint8Array {
  const bytes = []
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  return Uint8Array.of(...bytes, value)
}

/** protons’ types ask for bytes that are not shared between threads; keys and codecs promise less. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}
