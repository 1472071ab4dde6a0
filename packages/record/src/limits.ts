// Bounds of spec/records.md §2 and §3.

/** The longest space, in bytes. */
export const MAX_SPACE_BYTES = 128
/** The longest name, in bytes. */
export const MAX_NAME_BYTES = 64
/** The longest body that a space may allow, in bytes: with it, a gossip message stays below 64 KiB. */
export const LARGEST_MAX_BODY_BYTES = 57_344
/** What a record has beside its body, at most, in bytes: the envelope 124, space 131, name 66, four numbers 36, the body's tag and length 4. */
export const MAX_OVERHEAD_BYTES = 361
/** The longest record, in bytes. */
export const MAX_RECORD_BYTES = LARGEST_MAX_BODY_BYTES + MAX_OVERHEAD_BYTES

/** What the family of a space allows: all nodes of a network have to agree on it. */
export interface RecordLimits {
  /** The longest body, in bytes; at most 57,344. */
  maxBodyBytes: number
  /** The longest time from `createdMs` to `holdsMs`, in ms. */
  maxTtlMs: number
}

export const RECORD_LIMITS = {
  maxBodyBytes: 16_384,
  maxTtlMs: 2_592_000_000, // 30 days
} as const satisfies RecordLimits

/** @throws {TypeError} naming the limit, what it got and what it takes. */
export function resolveLimits(given: Partial<RecordLimits> | undefined): RecordLimits {
  if (given === undefined) return RECORD_LIMITS
  const maxBodyBytes = given.maxBodyBytes ?? RECORD_LIMITS.maxBodyBytes
  const maxTtlMs = given.maxTtlMs ?? RECORD_LIMITS.maxTtlMs
  check('maxBodyBytes', maxBodyBytes, 0, LARGEST_MAX_BODY_BYTES)
  check('maxTtlMs', maxTtlMs, 1, Number.MAX_SAFE_INTEGER)
  return { maxBodyBytes, maxTtlMs }
}

function check(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw new TypeError(`limit ${name} is ${String(value)}, it takes an integer from ${least} to ${most}`)
}
