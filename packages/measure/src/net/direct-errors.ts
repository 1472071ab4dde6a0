import { DirectError } from '@stoa/direct'
import { MeasureError } from '../errors.ts'
import type { DirectCode } from '@stoa/direct'
import type { MeasureCode } from '../errors.ts'

const CODES: Readonly<Record<DirectCode, MeasureCode>> = {
  'not-found': 'unreachable',
  unreachable: 'unreachable',
  disconnected: 'unreachable',
  timeout: 'unreachable',
  'no-such-protocol': 'not-supported',
  refused: 'refused',
  malformed: 'malformed',
  'too-large': 'malformed',
  aborted: 'aborted',
  stopped: 'not-started',
  failed: 'failed',
}

/** What went wrong with a request, in our words. */
export function measureError(error: unknown): MeasureError {
  if (error instanceof MeasureError) return error
  const cause = error as Error
  return new MeasureError(cause instanceof DirectError ? CODES[cause.code] : 'failed', cause.message, { cause })
}
