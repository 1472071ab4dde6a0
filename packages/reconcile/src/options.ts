/** What a session may send, and what it takes from a peer. */
export interface ReconcileOptions {
  /** Messages of ours stay below this; what does not fit is left for the next round. 0: no limit, else at least 4,096. */
  frameLimitBytes?: number
  /** A longer message of the peer is `too-large`, unread. */
  maxMessageBytes?: number
  /** A message with more ranges is refused as `limit`: each costs two searches, and a hash or a split. */
  maxRanges?: number
  /** A message with more ids, over all its lists, is refused as `limit`. */
  maxIds?: number
  /** Ids reported as `have` for one message; more are counted in `omitted`, and found again by a later session. 0: report none. */
  maxHave?: number
}

export const DEFAULTS = {
  frameLimitBytes: 262_144,
  maxMessageBytes: 1_048_576,
  maxRanges: 32_768,
  maxIds: 32_768,
  maxHave: 32_768,
} as const satisfies Required<ReconcileOptions>

export type ResolvedOptions = Readonly<Required<ReconcileOptions>>

/** spec/reconcile.md §6: room for the answer to any one range and for the fingerprint of the rest. */
const MIN_FRAME_LIMIT_BYTES = 4_096

/** @throws {TypeError} naming the option, what it got and what it takes. */
export function resolveOptions(options: ReconcileOptions = {}): ResolvedOptions {
  const resolved: Required<ReconcileOptions> = { ...DEFAULTS }
  for (const [name, value] of Object.entries(options)) {
    if (!isOption(name))
      throw new TypeError(
        `reconcile has no option ${JSON.stringify(name)}; it takes ${Object.keys(DEFAULTS).join(', ')}`,
      )
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 0)
      throw new TypeError(`${name} is ${String(value)}, it takes a whole number from 0`)
    resolved[name] = value
  }
  if (resolved.frameLimitBytes !== 0 && resolved.frameLimitBytes < MIN_FRAME_LIMIT_BYTES)
    throw new TypeError(
      `frameLimitBytes is ${resolved.frameLimitBytes}, it takes 0 for none or at least ${MIN_FRAME_LIMIT_BYTES}`,
    )
  return resolved
}

function isOption(name: string): name is keyof ReconcileOptions {
  return Object.hasOwn(DEFAULTS, name)
}
