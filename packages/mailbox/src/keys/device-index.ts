import { toHex } from '../hex.ts'
import type { RecordEntry } from '@stoa/record'
import type { Cursor, EntryMeta, Replica, ReplicaChange } from '@stoa/replica'

/** Entries looked at in one page of the start. */
const PAGE = 10_000

/** Which records of mail keys each identity has: by group, since a scan for each letter would look at all of them. */
export class DeviceIndex {
  readonly #replica: Replica<RecordEntry>
  readonly #groups = new Map<string, Map<string, EntryMeta>>()

  constructor(replica: Replica<RecordEntry>) {
    this.#replica = replica
  }

  /** Of all that is held now. */
  seed(): void {
    this.#groups.clear()
    let after: Cursor | undefined
    do {
      const { metas, next } = this.#replica.scan({ after, limit: PAGE })
      for (const meta of metas) this.#put(meta)
      after = next
    } while (after !== undefined)
  }

  follow(changes: ReadonlyArray<ReplicaChange<RecordEntry>>): void {
    for (const { type, meta } of changes) {
      if (type === 'put') this.#put(meta)
      else if (type === 'drop') this.#delete(meta)
    }
  }

  /** The live ones of a group, the newest first. */
  live(group: string, nowMs: number): EntryMeta[] {
    return [...(this.#groups.get(group)?.values() ?? [])]
      .filter(({ isFinal, expiresMs }) => !isFinal && expiresMs > nowMs)
      .sort((a, b) => b.createdMs - a.createdMs || b.seq - a.seq)
  }

  #put(meta: EntryMeta): void {
    let group = this.#groups.get(meta.group)
    if (group === undefined) this.#groups.set(meta.group, (group = new Map()))
    group.set(toHex(meta.key), meta)
  }

  #delete(meta: EntryMeta): void {
    const group = this.#groups.get(meta.group)
    if (group?.delete(toHex(meta.key)) === true && group.size === 0) this.#groups.delete(meta.group)
  }
}
