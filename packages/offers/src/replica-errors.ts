import { RecordError } from '@stoa/record'
import { ReplicaError } from '@stoa/replica'
import { OffersError } from './errors.ts'
import type { RecordCode } from '@stoa/record'
import type { ReplicaCode } from '@stoa/replica'
import type { OffersCode } from './errors.ts'

const OF_REPLICA: Partial<Record<ReplicaCode, OffersCode>> = {
  'bad-option': 'bad-option',
  'not-started': 'not-started',
  'not-allowed': 'not-allowed',
  superseded: 'superseded',
  'over-quota': 'over-quota',
  'no-room': 'no-room',
  'too-dear': 'no-room',
  'read-only': 'read-only',
  busy: 'busy',
  aborted: 'aborted',
}

const OF_RECORD: Partial<Record<RecordCode, OffersCode>> = {
  'too-large': 'too-large',
  'bad-space': 'bad-market',
  'bad-name': 'bad-name',
  'unsupported-key': 'unsupported-key',
}

/** What the rooms below throw, by the codes of this one. */
export function asOffersError(error: unknown): OffersError {
  if (error instanceof OffersError) return error
  const { message } = error as Error
  // an abort keeps the caller's reason
  if (error instanceof ReplicaError) {
    const cause = error.code === 'aborted' ? error.cause : error
    return new OffersError(OF_REPLICA[error.code] ?? 'failed', message, { cause })
  }
  if (error instanceof RecordError) return new OffersError(OF_RECORD[error.code] ?? 'failed', message, { cause: error })
  return new OffersError('failed', message, { cause: error })
}
