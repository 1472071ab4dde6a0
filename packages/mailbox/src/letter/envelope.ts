import { platform } from '#crypto'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { RejectionError } from '../rejection.ts'
import { bytesField, domain, joined, numberField, utf8 } from './bytes.ts'
import { encodeDraft } from './header.ts'
import { IDENTITY_BYTES, MAX_CONTENT_TYPE_BYTES, MESSAGE_ID_BYTES, MINUTE_MS, SIGNATURE_BYTES } from './limits.ts'
import { StrictReader } from './strict-reader.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { HeaderDraft } from './header.ts'

const TAG = {
  from: 0x0a,
  to: 0x12,
  messageId: 0x1a,
  sentMs: 0x20,
  contentType: 0x2a,
  body: 0x32,
  signature: 0x3a,
} as const
const PRINTABLE = /^[\x20-\x7e]*$/

/** spec/mailbox.md §4: what is sealed. */
export interface Envelope {
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly messageId: Uint8Array
  readonly sentMs: number
  readonly contentType: string
  readonly body: Uint8Array
}

/** Printable ASCII, at most 100 bytes. */
export function isContentType(text: string): boolean {
  return text.length <= MAX_CONTENT_TYPE_BYTES && PRINTABLE.test(text)
}

/** All but the signature. */
export function encodeUnsigned({ from, to, messageId, sentMs, contentType, body }: Envelope): Uint8Array {
  const parts = [
    bytesField(TAG.from, from),
    bytesField(TAG.to, to),
    bytesField(TAG.messageId, messageId),
    numberField(TAG.sentMs, sentMs),
  ]
  if (contentType !== '') parts.push(bytesField(TAG.contentType, utf8(contentType)))
  if (body.length > 0) parts.push(bytesField(TAG.body, body))
  return joined(...parts)
}

/** Bytes that the signature adds. */
export const SIGNATURE_FIELD_BYTES = 2 + SIGNATURE_BYTES

/** Signed for one letter: its header but for `sealed_hash`, which is of the seal around this. */
export async function signEnvelope(
  key: PrivateKey,
  unsigned: Uint8Array,
  network: string,
  header: HeaderDraft,
): Promise<Uint8Array> {
  const signature = await platform.sign(key, signedMessage(unsigned, network, header))
  return joined(unsigned, bytesField(TAG.signature, signature))
}

/** Its body is a copy. @throws {RejectionError} `bad-envelope`, `wrong-receiver`, `bad-signature` */
export async function openEnvelope(
  bytes: Uint8Array,
  network: string,
  header: HeaderDraft,
  identity: Uint8Array,
): Promise<Envelope> {
  const { envelope, unsigned, signature } = readEnvelope(bytes)
  if (Math.floor(envelope.sentMs / MINUTE_MS) * MINUTE_MS !== header.createdMs) {
    throw new RejectionError('bad-envelope', 'it was sent in another minute than its header was created in')
  }
  if (!envelope.to.every((byte, at) => byte === identity[at])) {
    throw new RejectionError('wrong-receiver', 'its sender signed it for another identity')
  }
  if (!(await isSigned(envelope.from, signedMessage(unsigned, network, header), signature))) {
    throw new RejectionError('bad-signature', 'the sender that it names did not sign it for this letter')
  }
  return envelope
}

function readEnvelope(bytes: Uint8Array): { envelope: Envelope; unsigned: Uint8Array; signature: Uint8Array } {
  const reader = new StrictReader(bytes, 'bad-envelope')
  const from = reader.bytes(TAG.from, 'from', IDENTITY_BYTES).slice()
  const to = reader.bytes(TAG.to, 'to', IDENTITY_BYTES).slice()
  const messageId = reader.bytes(TAG.messageId, 'message_id', MESSAGE_ID_BYTES).slice()
  const sentMs = reader.number(TAG.sentMs, 'sent_ms')
  const contentType = reader.is(TAG.contentType) ? readContentType(reader) : ''
  const body = reader.is(TAG.body) ? filled(reader, reader.bytes(TAG.body, 'body')).slice() : new Uint8Array(0)
  const unsigned = bytes.subarray(0, reader.at)
  const signature = reader.bytes(TAG.signature, 'signature', SIGNATURE_BYTES)
  reader.done('the envelope')
  return { envelope: { from, to, messageId, sentMs, contentType, body }, unsigned, signature }
}

function readContentType(reader: StrictReader): string {
  const text = String.fromCharCode(
    ...filled(reader, reader.bytes(TAG.contentType, 'content_type')).subarray(0, MAX_CONTENT_TYPE_BYTES + 1),
  )
  if (!isContentType(text)) throw reader.wrong('content_type is not at most 100 bytes of printable ASCII')
  return text
}

function filled(reader: StrictReader, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) throw reader.wrong('a field is written although it is empty')
  return bytes
}

/** Both parts begin with fields that are always there, so no other two make the same message. */
function signedMessage(unsigned: Uint8Array, network: string, header: HeaderDraft): Uint8Array {
  return joined(domain('stoa-mail-envelope', network), encodeDraft(header), unsigned)
}

async function isSigned(from: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    return await publicKeyFromRaw(from).verify(message, signature)
  } catch {
    return false // not on the curve, as some platforms say it
  }
}
