import { decodeRecord } from '@stoa/record'
import { EntryError } from '@stoa/replica'
import { groupOf } from './core/market-name.ts'
import { toHex } from './hex.ts'
import type { RecordLimits, UncheckedRecord, Verifier } from '@stoa/record'
import type { Entry, Rules } from '@stoa/replica'

/** A record as an entry of a replica. */
export interface RecordEntry extends Entry {
  readonly record: UncheckedRecord
}

export interface RecordRulesInit {
  family: string
  limits: RecordLimits
  verifier: Verifier
  /** Records of one owner in one space. */
  maxPerGroup: number
  /** Looks at what is special about the records of the family, and gives their mark. @throws when it is none of them */
  read: (record: UncheckedRecord) => number
}

/** A record beside its body: spec/records.md §3. */
const RECORD_OVERHEAD_BYTES = 361

/** What makes a replica one of records of one family. It knows of offers no more than `read` does. */
export function recordRules({ family, limits, verifier, maxPerGroup, read }: RecordRulesInit): Rules<RecordEntry> {
  return {
    maxEntryBytes: limits.maxBodyBytes + RECORD_OVERHEAD_BYTES,
    maxPerGroup,
    maxTtlMs: limits.maxTtlMs,
    parse: bytes => {
      try {
        const record = decodeRecord(bytes, limits)
        if (record.family !== family) throw new EntryError(`a record of family ${record.family} among ${family}`)
        return entryOf(record, read(record))
      } catch (error) {
        if (error instanceof EntryError) throw error
        throw new EntryError((error as Error).message, { cause: error })
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

function entryOf(record: UncheckedRecord, mark: number): RecordEntry {
  const { bytes, id, key, seq, createdMs, expiresMs, holdsMs, removed, space, owner } = record
  const group = groupOf(space, toHex(owner))
  return { bytes, id, key, group, seq, isFinal: removed, createdMs, expiresMs, holdsMs, mark, record }
}
