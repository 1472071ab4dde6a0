import { decodeRecord } from './decode.ts'
import { toHex } from './hex.ts'
import { MAX_OVERHEAD_BYTES } from './limits.ts'
import type { RecordLimits } from './limits.ts'
import type { UncheckedRecord } from './record.ts'
import type { Verifier } from './verifier.ts'

/** A record as an entry of a replica (spec/replica.md §2). */
export interface RecordEntry extends Pick<
  UncheckedRecord,
  'bytes' | 'id' | 'key' | 'seq' | 'createdMs' | 'expiresMs' | 'holdsMs'
> {
  /** What `groupOf` makes of its space and owner: quotas count in it. */
  readonly group: string
  /** A removal. */
  readonly isFinal: boolean
  readonly mark: number
  readonly record: UncheckedRecord
}

/** What makes a replica one of records: the `Rules` of @stoa/replica, which this room does not know. */
export interface RecordRules {
  readonly maxEntryBytes: number
  readonly maxPerGroup: number
  readonly maxTtlMs: number
  readonly parse: (bytes: Uint8Array) => RecordEntry
  readonly verify: (entries: readonly RecordEntry[]) => Promise<readonly boolean[]>
}

export interface RecordRulesInit {
  family: string
  limits: RecordLimits
  verifier: Verifier
  /** Records of one owner in one space. */
  maxPerGroup: number
  /** Looks at what is special about the records of the family, and gives their mark. @throws when it is none of them */
  read: (record: UncheckedRecord) => number
  /** What `parse` throws of anything that is no record of the family: of a replica, its EntryError. */
  malformed: new (message: string, options: ErrorOptions) => Error
}

/** The rules of a replica of records of one family. They know of it no more than `read` does. */
export function recordRules(init: RecordRulesInit): RecordRules {
  const { family, limits, verifier, maxPerGroup, read, malformed: Malformed } = init
  return {
    maxEntryBytes: limits.maxBodyBytes + MAX_OVERHEAD_BYTES,
    maxPerGroup,
    maxTtlMs: limits.maxTtlMs,
    parse: bytes => {
      try {
        const record = decodeRecord(bytes, limits)
        if (record.family !== family) throw new TypeError(`a record of family ${record.family} among ${family}`)
        return entryOf(record, read(record))
      } catch (cause) {
        throw new Malformed((cause as Error).message, { cause })
      }
    },
    verify: async entries => {
      const results = await verifier.verify(entries.map(({ record }) => record))
      return results.map(result => {
        if (!(result instanceof Error)) return true
        // whoever sent it is not to blame for what this platform cannot do
        if (result.retryable) throw result
        return false
      })
    },
  }
}

/** Quotas of records count in it: one owner in one space. `owner` is in hexadecimal. */
export function groupOf(space: string, owner: string): string {
  return `${space} ${owner}`
}

function entryOf(record: UncheckedRecord, mark: number): RecordEntry {
  const { bytes, id, key, seq, createdMs, expiresMs, holdsMs, removed, space, owner } = record
  const group = groupOf(space, toHex(owner))
  return { bytes, id, key, group, seq, isFinal: removed, createdMs, expiresMs, holdsMs, mark, record }
}
