import { ID_BYTES } from './core/key.ts'
import { newPosition } from './core/sum-tree.ts'
import { FINGERPRINT_BYTES } from './digest.ts'
import { infiniteKey } from './item.ts'
import { FINGERPRINT, ID_LIST, newBound, SKIP } from './message.ts'
import { splitRange, writeIds } from './split-range.ts'
import type { MessageReader } from './message-reader.ts'
import type { MessageWriter } from './message-writer.ts'
import type { WireBound } from './message.ts'
import type { ReconcileTree } from './reconcile-tree.ts'

/** A list of the peer's ids, and our items in its range by rank. */
export interface PeerIds {
  message: Uint8Array
  start: number
  count: number
  lower: number
  upper: number
}

/** spec/reconcile.md §6: the next range is begun only while this many bytes are left of the frame. */
const FRAME_RESERVE_BYTES = 200
const END: WireBound = { key: infiniteKey(), idLength: 0 }

/**
 * Answers a message range by range. Who began the session compares lists of ids (`compare`), the other side answers them with its own.
 * What would not fit into the frame becomes one fingerprint of the rest.
 */
export function answerRanges(
  tree: ReconcileTree,
  reader: MessageReader,
  writer: MessageWriter,
  frameLimitBytes: number,
  compare: ((ids: PeerIds) => void) | undefined,
): void {
  const { sums, fingerprints } = tree
  const limit = frameLimitBytes === 0 ? Infinity : frameLimitBytes - FRAME_RESERVE_BYTES
  const ours = new Uint8Array(FINGERPRINT_BYTES)
  let [lower, upper] = [newPosition(), newPosition()]
  let [previous, bound] = [newBound(), newBound()]
  let isSkipping = false
  /** Items below the last bound written: where the receiver takes the rest to begin. */
  let written = 0

  const endSkip = (): void => {
    if (!isSkipping) return
    isSkipping = false
    writer.writeBound(previous)
    writer.writeVarint(0, SKIP)
  }

  while (!reader.isAtEnd) {
    const start = writer.length
    reader.readBound(bound)
    const mode = reader.readMode()
    sums.seekKey(bound.key, upper)
    let end = upper.rank
    if (mode === SKIP) isSkipping = true
    else if (mode === FINGERPRINT) {
      const theirs = reader.readFingerprint()
      fingerprints.write(lower, upper, ours, 0)
      if (isEqual(ours, reader.message, theirs)) isSkipping = true
      else {
        endSkip()
        splitRange(tree, lower, upper, bound, writer)
      }
    } else if (mode === ID_LIST) {
      const { start: at, count } = reader.readIds()
      if (compare !== undefined) {
        compare({ message: reader.message, start: at, count, lower: lower.rank, upper: upper.rank })
        isSkipping = true
      } else {
        endSkip()
        const fitting = limit === Infinity ? Infinity : Math.floor((limit - start) / ID_BYTES) + 1
        end = Math.min(upper.rank, lower.rank + fitting)
        writeIds(tree, lower.rank, end, end < upper.rank ? undefined : bound, writer)
        written = end
      }
    } else throw reader.malformedMode(mode)

    if (writer.length > limit) {
      if (mode !== ID_LIST) writer.truncate(start)
      sums.seekRank(written, lower)
      sums.seekRank(sums.size, upper)
      writer.writeBound(END)
      writer.writeVarint(0, FINGERPRINT)
      const at = writer.reserve(FINGERPRINT_BYTES)
      fingerprints.write(lower, upper, writer.bytes, at)
      return
    }
    if (writer.length > start) written = end
    ;[lower, upper] = [upper, lower]
    ;[previous, bound] = [bound, previous]
  }
}

function isEqual(ours: Uint8Array, message: Uint8Array, at: number): boolean {
  for (let index = 0; index < FINGERPRINT_BYTES; index++) if (ours[index] !== message[at + index]) return false
  return true
}
