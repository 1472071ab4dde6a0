import { RejectionError } from '../rejection.ts'
import { PADDED_SIZES } from './limits.ts'

const LENGTH_BYTES = 4

/** The least size that takes an envelope, undefined when none does. */
export function paddedSize(envelopeBytes: number): number | undefined {
  return PADDED_SIZES.find(size => size >= envelopeBytes + LENGTH_BYTES)
}

/** The length, big-endian, the envelope, and zeros. */
export function pad(envelope: Uint8Array, sizeBytes: number): Uint8Array {
  const padded = new Uint8Array(sizeBytes)
  new DataView(padded.buffer).setUint32(0, envelope.length)
  padded.set(envelope, LENGTH_BYTES)
  return padded
}

/** A view. @throws {RejectionError} `bad-padding` */
export function unpad(padded: Uint8Array): Uint8Array {
  const length = new DataView(padded.buffer, padded.byteOffset, padded.length).getUint32(0)
  const end = LENGTH_BYTES + length
  if (end > padded.length) {
    throw new RejectionError('bad-padding', `an envelope of ${length} bytes is not in ${padded.length} bytes`)
  }
  for (let at = end; at < padded.length; at++) {
    if (padded[at] !== 0) throw new RejectionError('bad-padding', `byte ${at} of the padding is not zero`)
  }
  if (paddedSize(length) !== padded.length) {
    throw new RejectionError('bad-padding', `an envelope of ${length} bytes is padded to ${padded.length}`)
  }
  return padded.subarray(LENGTH_BYTES, end)
}
