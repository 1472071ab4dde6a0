import { isLargePoint, isScalar } from './ed25519.ts'
import { RecordError } from './errors.ts'
import { StrictReader } from './strict-reader.ts'
import { varintBytes, writeVarint } from './varint.ts'

// The envelope of libp2p RFC 0002 as spec/records.md §3 narrows it. All before the payload and all after it has a fixed length.

const encoder = new TextEncoder()
const PAYLOAD_TYPE = encoder.encode('/stoa/record/1')
const DOMAIN = 'stoa-record:'
const OWNER_BYTES = 32
const POINT_BYTES = 32
const SIGNATURE_BYTES = 64
/** libp2p's PublicKey protobuf of an Ed25519 key: type 1, and 32 bytes of data. */
const KEY_PREFIX = Uint8Array.of(0x08, 0x01, 0x12, 0x20)
const TAG = { publicKey: 0x0a, payloadType: 0x12, payload: 0x1a, signature: 0x2a } as const

const HEAD = Uint8Array.of(TAG.publicKey, KEY_PREFIX.length + OWNER_BYTES, ...KEY_PREFIX)
const OWNER_AT = HEAD.length
const TYPE = Uint8Array.of(TAG.payloadType, PAYLOAD_TYPE.length, ...PAYLOAD_TYPE)
const TYPE_AT = OWNER_AT + OWNER_BYTES
const PAYLOAD_AT = TYPE_AT + TYPE.length
/** The tag, the length and the bytes of a signature: the end of every envelope. */
const TAIL_BYTES = 2 + SIGNATURE_BYTES

/**
 * Checks all of an envelope but its payload and the equation of its signature.
 * @returns a reader of the payload
 * @throws {RecordError} `malformed`, `unsupported-key`, `wrong-type`, `bad-key` or `bad-signature`
 */
export function openEnvelope(bytes: Uint8Array): StrictReader {
  const reader = new StrictReader(bytes)
  const keyEnd = reader.field(TAG.publicKey, 'public_key')
  if (!startsWith(bytes, 0, HEAD)) throw unsupportedKey()
  reader.at = keyEnd
  const typeEnd = reader.field(TAG.payloadType, 'payload_type')
  if (!startsWith(bytes, TYPE_AT, TYPE)) throw wrongType(bytes.subarray(reader.at, typeEnd))
  reader.at = typeEnd
  const payloadEnd = reader.field(TAG.payload, 'payload')
  const payloadStart = reader.at
  reader.at = payloadEnd
  const signatureEnd = reader.field(TAG.signature, 'signature')
  const signatureAt = reader.at
  if (signatureEnd - signatureAt !== SIGNATURE_BYTES) throw badLength(signatureEnd - signatureAt)
  reader.at = signatureEnd
  reader.done('the envelope')

  if (!isLargePoint(bytes, OWNER_AT)) throw badKey()
  if (!isLargePoint(bytes, signatureAt)) throw badSignature('its R is not canonical, or of small order')
  if (!isScalar(bytes, signatureAt + POINT_BYTES)) throw badSignature('its S is not below the order of the group')
  reader.at = payloadStart
  reader.end = payloadEnd
  return reader
}

/** An envelope without payload and signature, which go from `payloadAt` on and into the last 64 bytes. */
export function writeEnvelope(owner: Uint8Array, payloadBytes: number): { bytes: Uint8Array; payloadAt: number } {
  const payloadAt = PAYLOAD_AT + 1 + varintBytes(payloadBytes)
  const bytes = new Uint8Array(payloadAt + payloadBytes + TAIL_BYTES)
  bytes.set(HEAD)
  bytes.set(owner, OWNER_AT)
  bytes.set(TYPE, TYPE_AT)
  bytes[PAYLOAD_AT] = TAG.payload
  writeVarint(bytes, PAYLOAD_AT + 1, payloadBytes)
  bytes[bytes.length - TAIL_BYTES] = TAG.signature
  bytes[bytes.length - TAIL_BYTES + 1] = SIGNATURE_BYTES
  return { bytes, payloadAt }
}

/** A view. */
export function ownerIn(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(OWNER_AT, OWNER_AT + OWNER_BYTES)
}

/** A view. */
export function signatureIn(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.length - SIGNATURE_BYTES)
}

/** What all signatures of a network cover before the payload: domain and payload type, each led by its length. */
export function signedPrefix(network: string): Uint8Array {
  const domain = encoder.encode(DOMAIN + network)
  return Uint8Array.of(...uvarint(domain.length), ...domain, PAYLOAD_TYPE.length, ...PAYLOAD_TYPE)
}

/** What is signed: RFC 0002's domain, type and payload. The payload and its length are in the envelope as they are signed. */
export function signedMessage(prefix: Uint8Array, bytes: Uint8Array): Uint8Array {
  const payload = bytes.subarray(PAYLOAD_AT + 1, bytes.length - TAIL_BYTES)
  const message = new Uint8Array(prefix.length + payload.length)
  message.set(prefix)
  message.set(payload, prefix.length)
  return message
}

function uvarint(value: number): Uint8Array {
  const bytes = new Uint8Array(varintBytes(value))
  writeVarint(bytes, 0, value)
  return bytes
}

function startsWith(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let at = 0; at < wanted.length; at++) if (bytes[start + at] !== wanted[at]) return false
  return true
}

function unsupportedKey(): RecordError {
  return new RecordError('unsupported-key', 'the owner’s key is not an Ed25519 key in libp2p’s encoding')
}

function wrongType(found: Uint8Array): RecordError {
  const type = JSON.stringify(new TextDecoder().decode(found.subarray(0, 64)))
  return new RecordError('wrong-type', `the envelope is of type ${type}, a record is "/stoa/record/1"`)
}

function badLength(length: number): RecordError {
  return new RecordError('malformed', `not a record: the signature is ${length} bytes, it has ${SIGNATURE_BYTES}`)
}

function badKey(): RecordError {
  return new RecordError('bad-key', 'the owner’s key is not canonical, or of small order: no owner has such a key')
}

function badSignature(why: string): RecordError {
  return new RecordError('bad-signature', `the signature is none: ${why}`)
}
