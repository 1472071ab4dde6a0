import { platform } from '#crypto'
import { RejectionError } from '../rejection.ts'
import { areEqual } from './bytes.ts'
import { lockOf } from './content-key.ts'
import type { LetterEntry } from './letter.ts'

/** What proves a letter is its header: `bad-hash` or `bad-preimage` when it does not, else undefined. */
export function proofError({ header, sealed, preimage }: LetterEntry): RejectionError | undefined {
  if (sealed !== undefined && !areEqual(platform.sha256(sealed), header.sealedHash)) {
    return new RejectionError('bad-hash', 'the sealed bytes are not those that the header names')
  }
  if (preimage !== undefined && !areEqual(lockOf(preimage), header.lock)) {
    return new RejectionError('bad-preimage', 'the receipt does not open the lock of its header')
  }
  return undefined
}
