import { ownerIn, signatureIn, signedMessage } from './envelope.ts'
import { verifyHere } from './node-verify.node.ts'
import type { Verdict } from './platform-types.ts'

// What the main thread and a worker tell each other: envelopes in one piece of memory that moves, and a byte for each.

export interface Batch {
  prefix: Uint8Array
  /** One after the other. */
  envelopes: Uint8Array<ArrayBuffer>
  lengths: number[]
}

const INVALID = 0
const VALID = 1

export function packBatch(prefix: Uint8Array, envelopes: readonly Uint8Array[]): Batch {
  const lengths = envelopes.map(envelope => envelope.length)
  const packed = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const envelope of envelopes) {
    packed.set(envelope, at)
    at += envelope.length
  }
  return { prefix, envelopes: packed, lengths }
}

export function verifyBatch({ prefix, envelopes, lengths }: Batch): Uint8Array {
  let at = 0
  return Uint8Array.from(lengths, length => {
    const envelope = envelopes.subarray(at, (at += length))
    const message = signedMessage(prefix, envelope)
    return verifyHere({ owner: ownerIn(envelope), message, signature: signatureIn(envelope) }) ? VALID : INVALID
  })
}

export function verdictsOf(answers: Uint8Array): Verdict[] {
  return Array.from(answers, answer => (answer === VALID ? 'valid' : 'invalid'))
}
