import { ID_BYTES } from './core/key.ts'
import { FINGERPRINT_BYTES } from './digest.ts'
import { FINGERPRINT, ID_LIST, newBound, SKIP } from './message.ts'
import { RangeWriter } from './range-writer.ts'
import type { MessageReader } from './message-reader.ts'
import type { ReconcileTree } from './reconcile-tree.ts'

/** A list of the peer's ids, and our items in its range by rank. */
export interface PeerIds {
  message: Uint8Array
  start: number
  count: number
  lower: number
  upper: number
}

/** spec/reconcile.md §6: an answer is written only while this much of the frame is left. */
const FRAME_RESERVE_BYTES = 200

/**
 * Answers a message range by range. Who began the session compares lists of ids (`compare`), the other side answers them with its own.
 * What would not fit into the frame becomes one fingerprint of the rest.
 */
export function answerRanges(
  tree: ReconcileTree,
  reader: MessageReader,
  frameLimitBytes: number,
  compare: ((ids: PeerIds) => void) | undefined,
): Uint8Array {
  const { sums, fingerprints } = tree
  const limit = frameLimitBytes === 0 ? Infinity : frameLimitBytes - FRAME_RESERVE_BYTES
  const cursor = sums.cursor()
  const ranges = new RangeWriter(tree)
  const answer = ranges.message
  const ours = new Uint8Array(FINGERPRINT_BYTES)
  let [previous, bound] = [newBound(), newBound()]
  let isSkipping = false
  /** Items below the last bound written: where the receiver takes the rest to begin. */
  let written = 0

  const endSkip = (): void => {
    if (isSkipping) ranges.skip(previous)
    isSkipping = false
  }

  while (!reader.isAtEnd) {
    const start = answer.length
    const lower = cursor.rank
    reader.readBound(bound)
    const mode = reader.readMode()
    cursor.clearSum()
    cursor.toKey(bound.key)
    const upper = cursor.rank
    let end = upper
    if (mode === SKIP) isSkipping = true
    else if (mode === FINGERPRINT) {
      const theirs = reader.readFingerprint()
      fingerprints.write(cursor.sum, upper - lower, ours, 0)
      if (isEqual(ours, reader.message, theirs)) isSkipping = true
      else {
        endSkip()
        ranges.split(lower, upper, bound)
      }
    } else if (mode === ID_LIST) {
      const ids = reader.readIds()
      if (compare !== undefined) {
        compare({ message: reader.message, start: ids.start, count: ids.count, lower, upper })
        isSkipping = true
      } else {
        endSkip()
        end = Math.min(upper, lower + fitting(limit - start))
        ranges.ids(lower, end, end < upper ? undefined : bound)
        written = end
      }
    } else throw reader.unknownMode(mode)

    if (answer.length > limit) {
      if (mode !== ID_LIST) answer.truncate(start)
      ranges.rest(written)
      break
    }
    if (answer.length > start) written = end
    ;[previous, bound] = [bound, previous]
  }
  return answer.finish()
}

/** How many ids of a list are sent: up to the first that begins beyond the limit. */
function fitting(bytes: number): number {
  return Math.floor(bytes / ID_BYTES) + 1
}

function isEqual(ours: Uint8Array, message: Uint8Array, at: number): boolean {
  for (let index = 0; index < FINGERPRINT_BYTES; index++) if (ours[index] !== message[at + index]) return false
  return true
}
