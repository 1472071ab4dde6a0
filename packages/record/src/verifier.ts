import { platform } from '#platform'
import { signatureIn, signedMessage, signedPrefix } from './envelope.ts'
import { RecordError } from './errors.ts'
import { checkNetwork } from './network.ts'
import { asVerified } from './record.ts'
import type { UncheckedRecord, VerifiedRecord } from './record.ts'

export interface Verifier {
  /** What became of each, in order: the record, or a RecordError `bad-signature` or `unavailable`. */
  verify: (records: readonly UncheckedRecord[]) => Promise<ReadonlyArray<VerifiedRecord | RecordError>>
}

/**
 * Signatures that the platform checks at once, for all callers of a verifier. Node's pool has four threads, which files and names are
 * waiting for, too: this many are 3 ms of two cores. With 16 it is as fast; 64 leaves room for a busy event loop.
 */
const MAX_IN_FLIGHT = 64

/** Checks signatures off the main thread where the platform can. @throws {TypeError} when the network is not a name. */
export function createVerifier(init: { network: string }): Verifier {
  const prefix = signedPrefix(checkNetwork(init.network))
  const waiting: Array<() => void> = []
  let inFlight = 0

  async function check(record: UncheckedRecord): Promise<VerifiedRecord | RecordError> {
    if (inFlight >= MAX_IN_FLIGHT) await new Promise<void>(resolve => waiting.push(resolve))
    else inFlight++
    try {
      const { owner, bytes } = record
      if (await platform.verify(owner, signedMessage(prefix, bytes), signatureIn(bytes))) return asVerified(record)
      return new RecordError(
        'bad-signature',
        `the signature is not the owner’s over this record on network ${init.network}`,
      )
    } catch (error) {
      return new RecordError('unavailable', 'this platform could not check a signature', { cause: error })
    } finally {
      const next = waiting.shift()
      if (next === undefined) inFlight--
      else next()
    }
  }

  return { verify: async records => Promise.all(records.map(check)) }
}
