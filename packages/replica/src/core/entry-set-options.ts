import type { Pricing } from './place.ts'
import type { Salt } from './slot-table.ts'

export interface EntrySetOptions {
  /** Entries that one group may have. */
  maxPerGroup: number
  /** Longest `holdsMs - createdMs`. */
  maxTtlMs: number
  /** What all places together may take. */
  budgetBytes: number
  /** How far ahead of this clock an entry may have been made. */
  maxClockSkewMs: number
  pricing: Pricing
  /** The least rank that a place may have. Below it a pair of entry and stamp is invalid. Default: none. */
  floorRank?: number
  /** Versions of one key that others may send at once, and after that one every `keyIntervalMs`. */
  keyBurst: number
  keyIntervalMs: number
  /** Items remembered as not worth fetching again, and for how long at least. */
  maxForgotten: number
  forgottenMs: number
  salt: Salt
}
