// spec/replica.md, "wire": both sides of a session keep to these.

/** The longest frame, in bytes. The largest entry (61,440 bytes) with its stamp fits four times. */
export const MAX_FRAME_BYTES = 262_144
/** The longest message of the reconciliation, in bytes: 8,190 ids. What else is in the frame takes less than 16. */
export const MAX_RECONCILE_BYTES = 262_128
export const ITEM_ID_BYTES = 32
/** Ids in one Offer or Want. */
export const MAX_IDS_PER_MESSAGE = 1_024
/** Ids of Wants whose entries have not come yet, and likewise of Offers whose Wants have not. */
export const MAX_UNANSWERED_IDS = 4_096
/** Reconcile messages of one initiator in one session. A million items that all differ show their first ids in the sixth. */
export const MAX_ROUNDS = 20
/** What an entry takes of a frame beside its own bytes: tags, lengths, the longest stamp. */
export const ENTRY_OVERHEAD_BYTES = 48

export interface SessionOptions {
  /** Rounds that one session of ours takes at most. */
  maxRounds: number
  /** Bytes in both directions after which a session asks for nothing more, and goes on in another. */
  maxSessionBytes: number
  /** After this long a session asks for nothing more, in ms… */
  maxSessionMs: number
  /** …and this much later it is cut, in ms. */
  graceMs: number
  /** How long the other side may leave us waiting, in ms. */
  idleTimeoutMs: number
  /** About how many bytes of entries we put into one message. */
  batchBytes: number
  /** Ids that are known to be needed and have not been asked for. When there are more, reconciliation waits. */
  maxQueuedIds: number
  /** What has been asked for and not come, in bytes, by the average of what came so far. */
  windowBytes: number
  /** What has been asked for and not come, in ms, by the rate of what came so far: a slow link is not asked for minutes of work. */
  windowMs: number
  /** Entries handed to be checked and not judged. When there are more, nothing is read from the peer. */
  maxPendingEntries: number
  /** Their bytes. */
  maxPendingBytes: number
  /** Ids that one session offers. */
  maxOffers: number
  /** Entries that a peer may have lost since it named them, before it is taken for a liar: so many, and more than it delivered. */
  maxMissing: number
  /** Entries in a row that are of no use here (no room, no longer needed) after which a session ends. */
  maxFruitless: number
}

export const SESSION_DEFAULTS = {
  maxRounds: MAX_ROUNDS,
  maxSessionBytes: 67_108_864,
  maxSessionMs: 30_000,
  graceMs: 10_000,
  idleTimeoutMs: 15_000,
  batchBytes: 131_072,
  maxQueuedIds: 8_192,
  windowBytes: 4_194_304,
  windowMs: 4_000,
  maxPendingEntries: 2_048,
  maxPendingBytes: 2_097_152,
  maxOffers: 65_536,
  maxMissing: 1_024,
  maxFruitless: 8_192,
} as const satisfies SessionOptions
