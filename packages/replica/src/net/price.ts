import { covers, freeRank, sizeClassOf, stampRank, timeClassOf } from '../core/place.ts'
import { NONCE_BYTES, stampPreimage } from '../stamp.ts'
import { ReplicaError } from '../errors.ts'
import type { EntrySet } from '../core/entry-set.ts'
import type { Entry } from '../core/entry.ts'
import type { Miner } from '../platform-types.ts'
import type { RawStamp } from '../stamp.ts'

export interface PriceInit {
  set: Pick<EntrySet, 'get' | 'rankNeeded' | 'rankOf'>
  miner: Miner
  maxStampBits: number
  /** Of the rules. */
  floorRank?: number
  /** What peers ask for. */
  priceRank: () => number | undefined
}

/** One rank more than is asked: the price may rise while it is being paid. The floor does not. */
const MARGIN_BITS = 1

/**
 * A stamp that gives an own entry a place here and with most peers, and that never ranks below the version it replaces: else that
 * version, still held by others, would win its place back. Undefined when nothing is to be paid.
 * @throws {ReplicaError} `no-room`, `too-dear`, or the signal's reason
 */
export async function payFor(entry: Entry, init: PriceInit, signal?: AbortSignal): Promise<RawStamp | undefined> {
  const { set, miner, maxStampBits, floorRank } = init
  const { key, createdMs, holdsMs } = entry
  const sizeBytes = entry.bytes.byteLength
  const here = set.rankNeeded(sizeBytes)
  if (here === undefined) {
    throw new ReplicaError('no-room', `the budget has no room for an entry of ${sizeBytes} bytes at any price`)
  }
  const needed = Math.max(here, init.priceRank() ?? -Infinity)
  const before = set.rankOf(key) ?? -Infinity
  const free = freeRank(sizeBytes, holdsMs - createdMs)
  if (free >= needed && free >= before) return undefined
  const held = set.get(key)?.stamp
  if (held !== undefined && covers(held, { sizeBytes, createdMs, holdsMs }) && stampRank(held) >= needed) return held

  const sizeClass = sizeClassOf(sizeBytes)
  const classes = sizeClass + timeClassOf(holdsMs - createdMs)
  const bits = Math.max(before, needed === floorRank ? needed : needed + MARGIN_BITS) + classes
  if (bits > maxStampBits) {
    throw new ReplicaError(
      'too-dear',
      `a place for ${sizeBytes} bytes costs ${bits} bits now, the limit maxStampBits is ${maxStampBits}`,
    )
  }
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const place = { sizeClass, fromMs: createdMs, untilMs: holdsMs }
  return { ...place, nonce: await miner.mine(stampPreimage(key, { ...place, nonce }), bits, signal) }
}
