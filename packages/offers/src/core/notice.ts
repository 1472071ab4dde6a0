import type { Change, EntryMeta } from '@stoa/replica'

/** What a change of the set means to who watches offers. Undefined: nothing. */
export type Notice = 'added' | 'updated' | 'expired' | 'removed' | 'over-quota' | 'no-room'

export function noticeOf(change: Change, nowMs: number): Notice | undefined {
  const { meta } = change
  switch (change.type) {
    case 'put':
      return ofPut(meta, change.previous, nowMs)
    case 'lapse':
      return meta.isFinal ? undefined : 'expired'
    case 'drop':
      // an entry lapses before it is dropped because its time is over
      if (meta.isFinal || change.reason === 'superseded' || change.reason === 'expired') return undefined
      if (!isLive(meta, nowMs)) return undefined
      // lost by the store, it comes again from peers; until then it is as gone as any
      return change.reason === 'lost' ? 'no-room' : change.reason
  }
}

function ofPut(meta: EntryMeta, previous: EntryMeta | undefined, nowMs: number): Notice | undefined {
  const wasLive = previous !== undefined && isLive(previous, nowMs)
  if (meta.isFinal) return wasLive ? 'removed' : undefined
  if (!isLive(meta, nowMs)) return wasLive ? 'expired' : undefined
  if (!wasLive) return 'added'
  // the same version with another stamp, or known as one's own now
  return meta.seq === previous.seq && sameBytes(meta.id, previous.id) ? undefined : 'updated'
}

export function isLive(meta: Pick<EntryMeta, 'isFinal' | 'expiresMs'>, nowMs: number): boolean {
  return !meta.isFinal && meta.expiresMs > nowMs
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
