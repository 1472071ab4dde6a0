import { join } from 'node:path'
import { invalidVectors } from './invalid-vectors.ts'
import { validVectors } from './valid-vectors.ts'

const DIRECTORY = join(import.meta.dirname, '../../../spec/vectors')
export const VALID_FILE = join(DIRECTORY, 'mailbox-valid.json')
export const INVALID_FILE = join(DIRECTORY, 'mailbox-invalid.json')

const VALID = `spec/mailbox.md. letters: these bytes come of these fields, this content key and the randomness of each slot (X25519: the ephemeral private key; \
MLKEM768-X25519: 32 bytes for ML-KEM and the ephemeral X25519 private key); each device opens it, and its receipt has the same id. buckets: §6. padding: §4, null: it does not fit.`
const INVALID = `spec/mailbox.md, each wrong in one way, with the code of §10. bytes: nobody keeps or passes these on. opened: what the receiver who has this key finds \
wrong when it opens a letter that all others take. unopened: does not open with this key, so it is for somebody else.`

/** What each file holds. */
export async function vectorFiles(): Promise<Record<string, string>> {
  return {
    [VALID_FILE]: written({ description: VALID, ...(await validVectors()) }),
    [INVALID_FILE]: written({ description: INVALID, ...(await invalidVectors()) }),
  }
}

function written(vectors: object): string {
  return `${JSON.stringify(vectors, null, 2)}\n`
}
