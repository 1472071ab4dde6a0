import { platform } from '#platform'
import { signedPrefix } from './envelope.ts'
import { RecordError } from './errors.ts'
import { checkNetwork } from './network.ts'
import { asVerified } from './record.ts'
import type { UncheckedRecord, VerifiedRecord } from './record.ts'

export interface Verifier {
  /** What became of each, in order: the record, or a RecordError `bad-signature` or `unavailable`. Cheapest for 32 and more at once. */
  verify: (records: readonly UncheckedRecord[]) => Promise<ReadonlyArray<VerifiedRecord | RecordError>>
}

/**
 * Checks signatures off the main thread where the platform can. Holds nothing that needs closing.
 * @throws {TypeError} when the network is not a name
 */
export function createVerifier(init: { network: string }): Verifier {
  const prefix = signedPrefix(checkNetwork(init.network))
  return {
    verify: async records => {
      const envelopes = records.map(record => record.bytes)
      const verdicts = await platform.verify(prefix, envelopes)
      return records.map((record, index) => {
        const verdict = verdicts[index]
        if (verdict === 'valid') return asVerified(record)
        if (verdict === 'invalid') return badSignature(init.network)
        return new RecordError('unavailable', 'this platform could not check a signature', { cause: verdict })
      })
    },
  }
}

function badSignature(network: string): RecordError {
  return new RecordError('bad-signature', `the signature is not the owner’s over this record on network ${network}`)
}
