import { platform } from '#platform'
import { MAX_SIZE_CLASS, MIN_SIZE_CLASS } from './core/place.ts'
import { ID_BYTES } from './core/slot-table.ts'
import { leadingZeroBits } from './zero-bits.ts'
import type { Stamp } from './core/entry.ts'

/** A stamp as it travels: its hash, and so what it is worth, is for the receiver to compute. */
export type RawStamp = Pick<Stamp, 'sizeClass' | 'fromMs' | 'untilMs' | 'nonce'>

export const NONCE_BYTES = 8
/** spec/replica.md §5: what is hashed begins with this. */
const DOMAIN = new TextEncoder().encode('stoa-stamp/1')
const FROM_AT = DOMAIN.length + ID_BYTES + 1
export const NONCE_AT = FROM_AT + 16
export const PREIMAGE_BYTES = NONCE_AT + NONCE_BYTES

export class StampError extends Error {
  override name = 'StampError'
}

/** A peer’s stamp with its worth. @throws {StampError} when no stamp can be like that. */
export function checkStamp(key: Uint8Array, raw: RawStamp): Stamp {
  const { sizeClass, fromMs, untilMs, nonce } = raw
  if (!Number.isInteger(sizeClass) || sizeClass < MIN_SIZE_CLASS || sizeClass > MAX_SIZE_CLASS) {
    throw new StampError(`stamp of size class ${sizeClass}, it is ${MIN_SIZE_CLASS} to ${MAX_SIZE_CLASS}`)
  }
  if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(untilMs) || fromMs < 0 || fromMs >= untilMs) {
    throw new StampError(`stamp from ${fromMs} until ${untilMs}`)
  }
  if (nonce.byteLength !== NONCE_BYTES) {
    throw new StampError(`nonce of ${nonce.byteLength} bytes, it has ${NONCE_BYTES}`)
  }
  const hash = platform.sha256(stampPreimage(key, raw))
  return { sizeClass, fromMs, untilMs, nonce: nonce.slice(), hash, bits: leadingZeroBits(hash) }
}

/** What the hash of a stamp is over: `domain ‖ key ‖ size class ‖ from ‖ until ‖ nonce`, integers big-endian. */
export function stampPreimage(key: Uint8Array, { sizeClass, fromMs, untilMs, nonce }: RawStamp): Uint8Array {
  const bytes = new Uint8Array(PREIMAGE_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(DOMAIN)
  bytes.set(key, DOMAIN.length)
  bytes[FROM_AT - 1] = sizeClass
  view.setBigUint64(FROM_AT, BigInt(fromMs))
  view.setBigUint64(FROM_AT + 8, BigInt(untilMs))
  bytes.set(nonce, NONCE_AT)
  return bytes
}
