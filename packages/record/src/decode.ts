import { platform } from '#platform'
import { openEnvelope, ownerIn } from './envelope.ts'
import { RecordError } from './errors.ts'
import { hashKey } from './key.ts'
import { MAX_RECORD_BYTES, resolveLimits } from './limits.ts'
import { readPayload } from './payload.ts'
import type { RecordLimits } from './limits.ts'
import type { UncheckedRecord } from './record.ts'

/**
 * All of a record's rules but the equation of its signature: cheap, so it comes before `Verifier.verify`. Copies the bytes.
 * @param limits of the family of the space; what is left out is that of `RECORD_LIMITS`
 * @throws {RecordError}
 */
export function decodeRecord(bytes: Uint8Array, limits?: Partial<RecordLimits>): UncheckedRecord {
  if (bytes.byteLength > MAX_RECORD_BYTES) throw tooLarge(bytes.byteLength)
  return adoptRecord(new Uint8Array(bytes), limits)
}

/** Keeps the bytes, which nobody else may write to. */
export function adoptRecord(bytes: Uint8Array, limits?: Partial<RecordLimits>): UncheckedRecord {
  const reader = openEnvelope(bytes)
  const { space, family, spaceBytes, name, seq, createdMs, expiresMs, holdsMs, body } = readPayload(
    reader,
    resolveLimits(limits),
  )
  const owner = ownerIn(bytes)
  return {
    bytes,
    id: platform.sha256(bytes),
    key: hashKey(owner, spaceBytes, name),
    owner,
    space,
    family,
    name,
    seq,
    createdMs,
    expiresMs,
    holdsMs,
    body,
    removed: body === undefined,
  }
}

function tooLarge(length: number): RecordError {
  const figures = [length, MAX_RECORD_BYTES].map(figure => figure.toLocaleString('en'))
  return new RecordError('too-large', `record is ${figures[0]} bytes, the limit of all spaces is ${figures[1]}`)
}
