import { RecordError } from './errors.ts'
import { MAX_NAME_BYTES } from './limits.ts'
import type { RecordLimits } from './limits.ts'

// spec/records.md §2: what the fields of a record may hold. Read from bytes or given to be signed, the same rules.

const MAX = Number.MAX_SAFE_INTEGER

/** @throws {RecordError} `bad-name` */
export function checkName(length: number): void {
  if (length >= 1 && length <= MAX_NAME_BYTES) return
  throw new RecordError('bad-name', `name is ${figure(length)} bytes, it takes 1 to ${MAX_NAME_BYTES}`)
}

/** @throws {RecordError} `bad-seq` */
export function checkSeq(seq: number): void {
  if (Number.isSafeInteger(seq) && seq >= 1) return
  throw new RecordError('bad-seq', `seq is ${figure(seq)}, it takes an integer from 1 to ${figure(MAX)}`)
}

/** @throws {RecordError} `bad-times` */
export function checkTimes(
  space: string,
  createdMs: number,
  expiresMs: number,
  holdsMs: number,
  { maxTtlMs }: RecordLimits,
): void {
  checkTime('created', createdMs)
  checkTime('expires', expiresMs)
  checkTime('holds', holdsMs)
  if (expiresMs < createdMs) throw badTimes(`expires is ${createdMs - expiresMs} ms before created`)
  if (holdsMs < expiresMs) throw badTimes(`holds is ${expiresMs - holdsMs} ms before expires`)
  if (holdsMs - createdMs > maxTtlMs) {
    throw badTimes(
      `holds is ${figure(holdsMs - createdMs)} ms after created, the limit of space ${space} is ${figure(maxTtlMs)}`,
    )
  }
}

/** @throws {RecordError} `too-large` */
export function checkBody(space: string, length: number, { maxBodyBytes }: RecordLimits): void {
  if (length <= maxBodyBytes) return
  throw new RecordError(
    'too-large',
    `body is ${figure(length)} bytes, the limit of space ${space} is ${figure(maxBodyBytes)}`,
  )
}

function checkTime(what: string, ms: number): void {
  if (Number.isSafeInteger(ms) && ms >= 1) return
  throw badTimes(`${what} is ${figure(ms)}, it takes an integer from 1 to ${figure(MAX)} (ms since 1970)`)
}

function badTimes(why: string): RecordError {
  return new RecordError('bad-times', why)
}

/** What is read as Infinity is above what this wire carries. */
function figure(value: number): string {
  return value === Infinity ? `above ${figure(MAX)}` : value.toLocaleString('en')
}
