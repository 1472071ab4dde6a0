import { platform } from '#crypto'
import { SUITE_SIZES } from '../crypto/suite.ts'
import { RejectionError } from '../rejection.ts'
import { bytesField, joined } from './bytes.ts'
import { encodeHeader, readHeader } from './header.ts'
import {
  KEY_BYTES,
  MAX_BUCKET_BITS,
  MAX_LETTER_BYTES,
  MAX_TTL_MS,
  PREIMAGE_BYTES,
  SLOT_COUNTS,
  TAG_BYTES,
} from './limits.ts'
import { letterKey, shardOf } from './names.ts'
import { StrictReader } from './strict-reader.ts'
import type { SuiteId } from '../crypto/suite.ts'
import type { Header, LetterEntry } from './letter.ts'

const TAG = { header: 0x0a, sealed: 0x12, receipt: 0x1a } as const

export interface LetterLimits {
  readonly network: string
  /** 0 to 16. */
  readonly bucketBits: number
  /** At most `bucketBits`. Default 0. */
  readonly shardBits?: number
  /** The one that letters may be of. Default 0. */
  readonly shard?: number
  /** At most 15 days, the default. */
  readonly maxTtlMs?: number
}

/** Marks of entries. */
export const MARK_RECEIPT = 1

export function encodeLetter(header: Header, sealed: Uint8Array): Uint8Array {
  return joined(bytesField(TAG.header, encodeHeader(header)), bytesField(TAG.sealed, sealed))
}

export function encodeReceipt(header: Header, preimage: Uint8Array): Uint8Array {
  return joined(bytesField(TAG.header, encodeHeader(header)), bytesField(TAG.receipt, preimage))
}

/**
 * Everything but its proof, which is dearer: `proofError`. The entry has a copy of the bytes.
 * @throws {RejectionError} `malformed`
 */
export function parseLetter(bytes: Uint8Array, limits: LetterLimits): LetterEntry {
  if (bytes.length > MAX_LETTER_BYTES) {
    throw new RejectionError('malformed', `a letter of ${bytes.length} bytes, the limit is ${MAX_LETTER_BYTES}`)
  }
  const own = bytes.slice()
  const reader = new StrictReader(own, 'malformed')
  const headerBytes = reader.bytes(TAG.header, 'header')
  const header = readHeader(headerBytes)
  checkLimits(header, limits)
  const isFinal = reader.is(TAG.receipt)
  const content = isFinal ? reader.bytes(TAG.receipt, 'receipt', PREIMAGE_BYTES) : reader.bytes(TAG.sealed, 'sealed')
  reader.done('the letter')
  if (!isFinal) slotCount(header, content)
  return {
    bytes: own,
    id: platform.sha256(own),
    key: letterKey(limits.network, headerBytes),
    group: `mail/${header.bucket}`,
    seq: 1,
    isFinal,
    createdMs: header.createdMs,
    expiresMs: header.expiresMs,
    holdsMs: header.expiresMs,
    mark: isFinal ? MARK_RECEIPT : 0,
    header,
    sealed: isFinal ? undefined : content,
    preimage: isFinal ? content : undefined,
  }
}

/** The encapsulated key, and the content key under its tag. */
export function slotBytes(suite: SuiteId): number {
  return SUITE_SIZES[suite].encBytes + KEY_BYTES + TAG_BYTES
}

/** @throws {RejectionError} `malformed` */
export function slotCount(header: Header, sealed: Uint8Array): number {
  const count = (sealed.length - header.sizeBytes - TAG_BYTES) / slotBytes(header.suite)
  if (SLOT_COUNTS.includes(count)) return count
  throw new RejectionError('malformed', `${sealed.length} sealed bytes are not slots and a body of ${header.sizeBytes}`)
}

function checkLimits({ createdMs, expiresMs, bucket }: Header, limits: LetterLimits): void {
  const { bucketBits, shardBits = 0, shard = 0, maxTtlMs = MAX_TTL_MS } = limits
  if (expiresMs - createdMs > maxTtlMs) {
    throw new RejectionError('malformed', `it lives for ${expiresMs - createdMs} ms, the limit is ${maxTtlMs}`)
  }
  if (bucket >= 1 << Math.min(bucketBits, MAX_BUCKET_BITS)) {
    throw new RejectionError('malformed', `bucket ${bucket} is not of ${bucketBits} bits`)
  }
  const found = shardOf(bucket, bucketBits, shardBits)
  if (found !== shard) throw new RejectionError('malformed', `a letter of shard ${found}, this is shard ${shard}`)
}
