import { join } from 'node:path'
import { invalidRecords } from './invalid-vectors.ts'
import { validVectors } from './valid-vectors.ts'

const DIRECTORY = join(import.meta.dirname, '../../../spec/vectors')
export const VALID_FILE = join(DIRECTORY, 'record-valid.json')
export const INVALID_FILE = join(DIRECTORY, 'record-invalid.json')

const VALID = `spec/records.md. records: a signer makes these bytes of these fields and this seed. crafted: no signer makes them, and they are valid. keys: §6. order: \
of two versions of one key, the one that is kept (§7). Limits that are not given are the defaults of §2. All bytes, names and bodies are hex.`
const INVALID = `spec/records.md: bytes that every implementation refuses, with why. The error is what the reference implementation calls it. Each is wrong in one way: \
signatures are right for what they sign, where not said otherwise. Limits that are not given are the defaults of §2.`

/** What each file holds. */
export function vectorFiles(): Record<string, string> {
  return {
    [VALID_FILE]: written({ description: VALID, ...validVectors() }),
    [INVALID_FILE]: written({ description: INVALID, records: invalidRecords() }),
  }
}

function written(vectors: object): string {
  return `${JSON.stringify(vectors, null, 2)}\n`
}
