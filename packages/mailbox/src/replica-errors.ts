import { ReplicaError } from '@stoa/replica'
import { MailboxError } from './errors.ts'
import type { ReplicaCode } from '@stoa/replica'
import type { DeliveryError } from './core/outgoing.ts'
import type { MailboxCode } from './errors.ts'

const OF_REPLICA: Partial<Record<ReplicaCode, MailboxCode>> = {
  'bad-option': 'bad-option',
  'not-started': 'not-started',
  'not-allowed': 'refused',
  'over-quota': 'no-room',
  'no-room': 'no-room',
  'too-dear': 'too-dear',
  'read-only': 'read-only',
  aborted: 'aborted',
}

/** What the rooms below throw, by the codes of this one. */
export function asMailboxError(error: unknown): MailboxError {
  if (error instanceof MailboxError) return error
  if (error instanceof ReplicaError) {
    // an abort keeps the caller's reason
    const cause = error.code === 'aborted' ? error.cause : error
    return new MailboxError(OF_REPLICA[error.code] ?? 'failed', error.message, { cause })
  }
  if (isDeliveryError(error)) return new MailboxError(error.code, error.message)
  const { name, message } = (error ?? {}) as Partial<Error>
  // a write that the store did not take
  if (name === 'StoreError') return new MailboxError('read-only', String(message), { cause: error })
  return new MailboxError('failed', message ?? 'it failed', { cause: error })
}

function isDeliveryError(error: unknown): error is DeliveryError {
  return !(error instanceof Error) && typeof error === 'object' && error !== null && 'code' in error
}
