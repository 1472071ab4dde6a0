import type { Entry, Stamp } from './entry.ts'

// spec/replica.md §5. All of it is integers, so that every implementation ranks alike.

/** The smallest place is 2^8 = 256 bytes: an index and a store pay that for any entry. */
export const MIN_SIZE_CLASS = 8
/** Of a stamp: 2^17 bytes is more than any entry has. */
export const MAX_SIZE_CLASS = 17
/** A day of 1 KiB has size class 10 and time class 27: at this rank it costs 16 bits, some 65 ms of one thread. */
export const FIRST_PAID_RANK = -21
/** The same day costs 20 bits here, about a second, and from here on the whole budget is open. */
export const FULL_RANK = -17

export type Pricing = 'priced' | 'open'

/** What an entry occupies. */
export interface Place {
  /** 2^sizeClass: what it takes of the budget. */
  readonly chargeBytes: number
  /** Who leaves last when there is no room. An integer, the higher the better. */
  readonly rank: number
  /** The stamp that it rests on, if it is better than none. */
  readonly stamp: Stamp | undefined
}

export function sizeClassOf(bytes: number): number {
  return Math.max(MIN_SIZE_CLASS, ceilLog2(bytes))
}

/** Of a lifetime in ms. */
export function timeClassOf(ms: number): number {
  return ceilLog2(ms)
}

export function stampRank(stamp: Stamp): number {
  return stamp.bits - stamp.sizeClass - timeClassOf(stamp.untilMs - stamp.fromMs)
}

export function freeRank(sizeBytes: number, ttlMs: number): number {
  return -sizeClassOf(sizeBytes) - timeClassOf(ttlMs)
}

/** How long an entry is, and for how long it is kept: what a place must fit. */
export interface Extent extends Pick<Entry, 'createdMs' | 'holdsMs'> {
  readonly sizeBytes: number
}

export function covers(stamp: Stamp, { sizeBytes, createdMs, holdsMs }: Extent): boolean {
  return sizeClassOf(sizeBytes) <= stamp.sizeClass && stamp.fromMs <= createdMs && holdsMs <= stamp.untilMs
}

/** The place of an entry that may use any of these stamps. A stamp that gives no better rank than none is not used. */
export function placeOf(extent: Extent, first: Stamp | undefined, second: Stamp | undefined): Place {
  const stamp = stronger(usable(extent, first), usable(extent, second))
  if (stamp !== undefined) return { chargeBytes: 2 ** stamp.sizeClass, rank: stampRank(stamp), stamp }
  const { sizeBytes, createdMs, holdsMs } = extent
  return {
    chargeBytes: 2 ** sizeClassOf(sizeBytes),
    rank: freeRank(sizeBytes, holdsMs - createdMs),
    stamp: undefined,
  }
}

function usable(extent: Extent, stamp: Stamp | undefined): Stamp | undefined {
  if (stamp === undefined || !covers(stamp, extent)) return undefined
  return stampRank(stamp) > freeRank(extent.sizeBytes, extent.holdsMs - extent.createdMs) ? stamp : undefined
}

/** The higher rank, then the lower hash: each step up costs more work than the last, so it cannot go on for ever. */
function stronger(first: Stamp | undefined, second: Stamp | undefined): Stamp | undefined {
  if (first === undefined || second === undefined) return first ?? second
  const difference = stampRank(first) - stampRank(second)
  if (difference !== 0) return difference > 0 ? first : second
  return compareBytes(first.hash, second.hash) <= 0 ? first : second
}

/**
 * How much of the budget entries of this rank and all below it may take together. Half of it is free for all; each tenth above takes one rank more.
 * Never less for a higher rank (docs/decisions/0010-replica.md).
 */
export function capacity(budgetBytes: number, rank: number, pricing: Pricing): number {
  if (pricing === 'open' || rank >= FULL_RANK) return budgetBytes
  if (rank < FIRST_PAID_RANK) return Math.floor(budgetBytes / 2)
  const steps = FULL_RANK - FIRST_PAID_RANK + 1
  return Math.floor((budgetBytes * (steps + rank - FIRST_PAID_RANK + 1)) / (2 * steps))
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = a[index]! - b[index]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function ceilLog2(value: number): number {
  let power = 0
  for (let reach = 1; reach < value; reach *= 2) power++
  return power
}
