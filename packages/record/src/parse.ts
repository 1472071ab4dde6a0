import { decodeRecord } from './decode.ts'
import { RecordError } from './errors.ts'
import { createVerifier } from './verifier.ts'
import type { RecordLimits } from './limits.ts'
import type { VerifiedRecord } from './record.ts'
import type { Verifier } from './verifier.ts'

export interface ParseInit {
  network: string
  limits?: Partial<RecordLimits>
  /** One made before, of the same network. */
  verifier?: Verifier
}

/** `decodeRecord` and its signature. Many at once are better decoded, and then verified in batches. @throws {RecordError} */
export async function parseRecord(bytes: Uint8Array, init: ParseInit): Promise<VerifiedRecord> {
  const verifier = init.verifier ?? createVerifier(init)
  const [result] = await verifier.verify([decodeRecord(bytes, init.limits)])
  if (result === undefined || result instanceof RecordError) throw result ?? new TypeError('a verifier gave no answer')
  return result
}
