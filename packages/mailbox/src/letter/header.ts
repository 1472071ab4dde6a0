import { isSuite } from '../crypto/suites.ts'
import { bytesField, joined, numberField } from './bytes.ts'
import { HASH_BYTES, MAX_TTL_MS, MINUTE_MS, PADDED_SIZES } from './limits.ts'
import { StrictReader } from './strict-reader.ts'
import type { Header } from './letter.ts'

const TAG = {
  lock: 0x0a,
  created: 0x10,
  expires: 0x18,
  bucket: 0x20,
  suite: 0x28,
  size: 0x30,
  sealedHash: 0x3a,
} as const
const MAX_UINT32 = 0xffff_ffff
const MAX_BUCKET = 0xffff

/** All that is known before something is sealed: it is sealed and signed with it. */
export type HeaderDraft = Omit<Header, 'sealedHash'>

/** Without `sealed_hash`: what seal and signature cover. */
export function encodeDraft(header: HeaderDraft): Uint8Array {
  return joined(
    bytesField(TAG.lock, header.lock),
    numberField(TAG.created, header.createdMs / MINUTE_MS),
    numberField(TAG.expires, header.expiresMs / MINUTE_MS),
    numberField(TAG.bucket, header.bucket),
    numberField(TAG.suite, header.suite),
    numberField(TAG.size, header.sizeBytes),
  )
}

export function encodeHeader(header: Header): Uint8Array {
  return joined(encodeDraft(header), bytesField(TAG.sealedHash, header.sealedHash))
}

/** Views of the bytes. @throws {RejectionError} `malformed` */
export function readHeader(bytes: Uint8Array): Header {
  const reader = new StrictReader(bytes, 'malformed')
  const uint32 = (tag: number, field: string): number => {
    const value = reader.number(tag, field)
    if (value > MAX_UINT32) throw reader.wrong(`${field} is above 2^32 - 1`)
    return value
  }
  const lock = reader.bytes(TAG.lock, 'lock', HASH_BYTES)
  const createdMs = uint32(TAG.created, 'created_min') * MINUTE_MS
  const expiresMs = uint32(TAG.expires, 'expires_min') * MINUTE_MS
  const bucket = uint32(TAG.bucket, 'bucket')
  const suite = uint32(TAG.suite, 'suite')
  const sizeBytes = uint32(TAG.size, 'size')
  const sealedHash = reader.bytes(TAG.sealedHash, 'sealed_hash', HASH_BYTES)
  reader.done('the header')

  if (createdMs === 0) throw reader.wrong('created_min is 0')
  if (expiresMs < createdMs) throw reader.wrong('it expires before it was created')
  if (expiresMs - createdMs > MAX_TTL_MS) throw reader.wrong('it lives for more than 15 days')
  if (bucket > MAX_BUCKET) throw reader.wrong(`bucket ${bucket} is above ${MAX_BUCKET}`)
  if (!isSuite(suite)) throw reader.wrong(`suite 0x${suite.toString(16)} is not known`)
  if (!PADDED_SIZES.includes(sizeBytes)) throw reader.wrong(`${sizeBytes} bytes is no size of a padded envelope`)
  return { lock, createdMs, expiresMs, bucket, suite, sizeBytes, sealedHash }
}
