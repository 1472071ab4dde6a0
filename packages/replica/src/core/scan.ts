import { compareBytes } from './place.ts'
import type { ReconcileTree } from '@stoa/reconcile'
import type { EntryMeta } from './entry.ts'
import type { Groups } from './groups.ts'
import type { SlotTable } from './slot-table.ts'
import type { Slots } from './slots.ts'

/** Where a page ends and the next begins. */
export interface Cursor {
  readonly createdMs: number
  readonly itemId: Uint8Array
}

export interface ScanQuery {
  /** Asked once a group. */
  group?: (group: string) => boolean
  /** Asked once a mark. */
  mark?: (mark: number) => boolean
  /** Neither final nor expired; false: only those that are. */
  live?: boolean
  own?: boolean
  after?: Cursor
  /** The latest first. */
  reverse?: boolean
  limit: number
}

export interface ScanPage {
  readonly metas: EntryMeta[]
  /** Where to go on; undefined at the end. A page may be short, or empty, and have a next: it looked at `MAX_SCANNED` entries. */
  readonly next: Cursor | undefined
}

/** Entries that one page looks at: some 10 ms, since an event loop waits for it. */
export const MAX_SCANNED = 20_000

/** What of a set is scanned. */
interface Scanned {
  readonly tree: ReconcileTree
  readonly slots: Slots
  readonly byItem: SlotTable
  readonly groups: Groups
}

/** A page of what is held, by (createdMs, itemId). */
export function scan({ tree, slots, byItem, groups }: Scanned, query: ScanQuery): ScanPage {
  const { group, mark, live, own, after, reverse = false, limit } = query
  const inGroup = group === undefined ? undefined : groups.matching(group)
  const marked = mark === undefined ? undefined : Array.from({ length: 256 }, (_, value) => mark(value))
  const from = after === undefined ? undefined : { timestamp: after.createdMs, id: after.itemId }
  const cursor = (slot: number): Cursor => ({
    createdMs: slots.createdMs[slot]!,
    itemId: slots.itemId(slot).slice(),
  })
  const metas: EntryMeta[] = []
  let scanned = 0
  let last: number | undefined
  for (const item of tree.items({ from, reverse })) {
    // a cursor is the last one seen, and may be gone by now
    if (after !== undefined && Number(item.timestamp) === after.createdMs && compareBytes(item.id, after.itemId) === 0)
      continue
    if (metas.length === limit || scanned === MAX_SCANNED) return { metas, next: cursor(last!) }
    const slot = byItem.find(item.id)!
    scanned++
    last = slot
    if (inGroup !== undefined && inGroup[slots.group[slot]!] === 0) continue
    if (marked !== undefined && !marked[slots.mark[slot]!]) continue
    if (live !== undefined && slots.isLive(slot) !== live) continue
    if (own !== undefined && slots.isOwn(slot) !== own) continue
    metas.push(slots.meta(slot, groups.name(slots.group[slot]!)))
  }
  return { metas, next: undefined }
}
