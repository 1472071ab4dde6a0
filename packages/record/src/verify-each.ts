import { ownerIn, signatureIn, signedMessage } from './envelope.ts'
import type { Platform, Verdict, VerifyOne } from './platform-types.ts'

/**
 * Signatures that the platform has at once, of all verifiers. Node's pool has four threads, for which files and names wait, too: this many
 * are 3 ms of two cores. With 16 it is about as fast; 64 lets the event loop be busy meanwhile.
 */
const MAX_IN_FLIGHT = 64

/** Verification of envelopes from that of one signature. */
export function verifyEach(verifyOne: VerifyOne): Platform['verify'] {
  const waiting: Array<() => void> = []
  let inFlight = 0

  async function verify(prefix: Uint8Array, envelope: Uint8Array): Promise<Verdict> {
    if (inFlight < MAX_IN_FLIGHT) inFlight++
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      const message = signedMessage(prefix, envelope)
      const valid = await verifyOne({ owner: ownerIn(envelope), message, signature: signatureIn(envelope) })
      return valid ? 'valid' : 'invalid'
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    } finally {
      const next = waiting.shift()
      if (next === undefined) inFlight--
      else next()
    }
  }

  return (prefix, envelopes) => Promise.all(envelopes.map(envelope => verify(prefix, envelope)))
}
