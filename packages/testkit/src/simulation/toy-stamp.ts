import { toyHash } from './toy-hash.ts'
import type { Stamp } from '@stoa/replica/core'

export interface ToyStampInit {
  readonly key: Uint8Array
  readonly sizeClass: number
  readonly fromMs: number
  readonly untilMs: number
  readonly bits: number
  /** Tells apart stamps that are otherwise the same. */
  readonly salt: number
}

const STAMP = 3

/** A stamp of so many bits, without the work. */
export function toyStamp({ key, sizeClass, fromMs, untilMs, bits, salt }: ToyStampInit): Stamp {
  const hash = toyHash(STAMP, ...key, sizeClass, fromMs, untilMs, bits, salt)
  for (let bit = 0; bit < bits; bit++) hash[bit >> 3]! &= ~(0x80 >> (bit & 7))
  hash[bits >> 3]! |= 0x80 >> (bits & 7)
  return { sizeClass, fromMs, untilMs, nonce: new Uint8Array(8), hash, bits }
}
