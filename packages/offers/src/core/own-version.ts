/** What is known of the last version of a key. */
export interface KnownVersion {
  readonly seq: number
  readonly createdMs: number
  readonly holdsMs: number
}

export interface VersionInput {
  readonly known: KnownVersion | undefined
  readonly nowMs: number
  /** Undefined: a removal, which lasts as long as its key has to be held. */
  readonly ttlMs: number | undefined
  readonly maxTtlMs: number
  /** Nothing is known of the key, and yet there may be versions of it: the store was lost, or another device published it. */
  readonly mayHaveEarlier: boolean
}

export interface OwnVersion {
  readonly seq: number
  readonly createdMs: number
  readonly expiresMs: number
  /** By then every earlier version of the key is dead. */
  readonly holdsMs: number
}

/**
 * The next version of an own key: spec/offers.md §4, spec/records.md. What replaces outlives what it replaced, so that no earlier version comes
 * back from a node that was away. The time never goes back either: a lifetime counted from an earlier start could end too early.
 */
export function nextVersion({ known, nowMs, ttlMs, maxTtlMs, mayHaveEarlier }: VersionInput): OwnVersion {
  const createdMs = Math.max(nowMs, known?.createdMs ?? 0)
  const earliestHoldsMs = known?.holdsMs ?? (mayHaveEarlier ? createdMs + maxTtlMs : createdMs)
  const holdsMs = Math.max(earliestHoldsMs, createdMs + (ttlMs ?? 0))
  return {
    seq: Math.max(nowMs, (known?.seq ?? 0) + 1),
    createdMs,
    expiresMs: ttlMs === undefined ? holdsMs : createdMs + ttlMs,
    holdsMs,
  }
}

/**
 * Whether a name that is not known here may have earlier versions elsewhere. `beganMs`: since when this store has all that the identity
 * published, or `undefined` when others publish with it too.
 */
export function mayHaveEarlier(beganMs: number | undefined, nowMs: number, maxTtlMs: number): boolean {
  return beganMs === undefined || nowMs < beganMs + maxTtlMs
}
