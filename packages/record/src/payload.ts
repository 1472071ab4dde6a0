import { RecordError } from './errors.ts'
import { checkBody, checkName, checkSeq, checkTimes } from './rules.ts'
import { readSpace } from './space.ts'
import { varintBytes, writeVarint } from './varint.ts'
import type { RecordLimits } from './limits.ts'
import type { StrictReader } from './strict-reader.ts'

// The Record of spec/proto/record.proto in its one encoding (spec/records.md §3), by hand: the generated code takes any encoding, and
// reading with it, writing again and comparing takes several times as long. A property test holds both to each other.

const TAG = {
  space: 0x0a,
  name: 0x12,
  seq: 0x18,
  createdMs: 0x20,
  expiresMs: 0x28,
  holdsMs: 0x30,
  body: 0x3a,
  removed: 0x40,
} as const

export interface Payload {
  space: string
  family: string
  spaceBytes: Uint8Array
  name: Uint8Array
  seq: number
  createdMs: number
  expiresMs: number
  holdsMs: number
  body: Uint8Array | undefined
}

/**
 * `spaceBytes`, `name` and `body` are views.
 * @throws {RecordError}
 */
export function readPayload(reader: StrictReader, limits: RecordLimits): Payload {
  const { bytes } = reader
  const spaceEnd = reader.field(TAG.space, 'space')
  const { space, family } = readSpace(bytes, reader.at, spaceEnd)
  const spaceBytes = bytes.subarray(reader.at, spaceEnd)
  reader.at = spaceEnd
  const nameEnd = reader.field(TAG.name, 'name')
  checkName(nameEnd - reader.at)
  const name = bytes.subarray(reader.at, nameEnd)
  reader.at = nameEnd

  reader.tag(TAG.seq, 'seq')
  const seq = reader.varint('seq')
  reader.tag(TAG.createdMs, 'created_ms')
  const createdMs = reader.varint('created_ms')
  reader.tag(TAG.expiresMs, 'expires_ms')
  const expiresMs = reader.varint('expires_ms')
  reader.tag(TAG.holdsMs, 'holds_ms')
  const holdsMs = reader.varint('holds_ms')
  checkSeq(seq)
  checkTimes(space, createdMs, expiresMs, holdsMs, limits)

  const body = readContent(reader, space, limits)
  reader.done('the record')
  return { space, family, spaceBytes, name, seq, createdMs, expiresMs, holdsMs, body }
}

/** @returns undefined for a removal. */
function readContent(reader: StrictReader, space: string, limits: RecordLimits): Uint8Array | undefined {
  if (reader.peek() === TAG.removed) {
    reader.at++
    if (reader.varint('removed') === 1) return undefined
    throw new RecordError('malformed', 'not a record: removed can only be true')
  }
  const end = reader.field(TAG.body, 'body or removed')
  checkBody(space, end - reader.at, limits)
  const body = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return body
}

/** What `writePayload` takes: fields whose values can be written. Whether a record may have them is checked by reading it. */
export type WritablePayload = Omit<Payload, 'space' | 'family'>

export function payloadBytes(payload: WritablePayload): number {
  const { spaceBytes, name, body } = payload
  let bytes =
    fieldBytes(spaceBytes.length) + fieldBytes(name.length) + (body === undefined ? 2 : fieldBytes(body.length))
  for (const number of [payload.seq, payload.createdMs, payload.expiresMs, payload.holdsMs]) {
    bytes += 1 + varintBytes(number)
  }
  return bytes
}

export function writePayload(into: Uint8Array, start: number, payload: WritablePayload): void {
  let at = writeBytes(into, start, TAG.space, payload.spaceBytes)
  at = writeBytes(into, at, TAG.name, payload.name)
  at = writeNumber(into, at, TAG.seq, payload.seq)
  at = writeNumber(into, at, TAG.createdMs, payload.createdMs)
  at = writeNumber(into, at, TAG.expiresMs, payload.expiresMs)
  at = writeNumber(into, at, TAG.holdsMs, payload.holdsMs)
  if (payload.body === undefined) writeNumber(into, at, TAG.removed, 1)
  else writeBytes(into, at, TAG.body, payload.body)
}

function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length
}

function writeBytes(into: Uint8Array, at: number, tag: number, bytes: Uint8Array): number {
  into[at] = tag
  at = writeVarint(into, at + 1, bytes.length)
  into.set(bytes, at)
  return at + bytes.length
}

function writeNumber(into: Uint8Array, at: number, tag: number, value: number): number {
  into[at] = tag
  return writeVarint(into, at + 1, value)
}
