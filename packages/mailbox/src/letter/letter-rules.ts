import { EntryError } from '@stoa/replica'
import { RejectionError } from '../rejection.ts'
import { parseLetter } from './codec.ts'
import { MAX_LETTER_BYTES } from './limits.ts'
import { proofError } from './proof.ts'
import type { Rules } from '@stoa/replica'
import type { LetterLimits } from './codec.ts'
import type { LetterEntry } from './letter.ts'

export interface LetterRulesInit extends LetterLimits {
  readonly maxTtlMs: number
  /** The least that a place costs, room or not: spec/mailbox.md §6. */
  readonly floorRank: number
}

/** What makes a replica one of letters. */
export function letterRules(init: LetterRulesInit): Rules<LetterEntry> {
  return {
    maxEntryBytes: MAX_LETTER_BYTES,
    // a bucket is no owner: whoever fills it pays with stamps
    maxPerGroup: Number.MAX_SAFE_INTEGER,
    maxTtlMs: init.maxTtlMs,
    floorRank: init.floorRank,
    parse: bytes => {
      try {
        return parseLetter(bytes, init)
      } catch (error) {
        if (error instanceof RejectionError) throw new EntryError(error.message, { cause: error })
        throw error
      }
    },
    verify: async entries => entries.map(entry => proofError(entry) === undefined),
  }
}
