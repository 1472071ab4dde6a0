import { isSuite } from '../crypto/suites.ts'
import { SUITE_SIZES } from '../crypto/suite.ts'
import { joined } from '../letter/bytes.ts'
import type { MailKeyPair } from '../crypto/suite.ts'

/** The keys of this device that were made together: one of each suite. */
export interface Generation {
  readonly createdMs: number
  /** Their record's end. */
  readonly untilMs: number
  readonly pairs: readonly MailKeyPair[]
}

export type Times = Pick<Generation, 'createdMs' | 'untilMs'>

const NAME = /^keys-(\d{1,16})-(\d{1,16})$/
const VERSION = 1
/** 32 bytes in both suites. */
const PRIVATE_BYTES = 32

/** Of its secret. When it is to be erased is in the name: it must be known even if what is in it cannot be read. */
export function secretNameOf({ createdMs, untilMs }: Times): string {
  return `keys-${createdMs}-${untilMs}`
}

/** Undefined when it is no generation's. */
export function timesOf(secretName: string): Times | undefined {
  const [, created, until] = NAME.exec(secretName) ?? []
  if (created === undefined || until === undefined) return undefined
  const times = { createdMs: Number(created), untilMs: Number(until) }
  return Number.isSafeInteger(times.createdMs) && Number.isSafeInteger(times.untilMs) ? times : undefined
}

/** `1`, then of each key: suite (2, big-endian), private key (32), public key. */
export function encodePairs(pairs: readonly MailKeyPair[]): Uint8Array {
  return joined(
    Uint8Array.of(VERSION),
    ...pairs.flatMap(({ suite, privateKey, publicKey }) => [
      Uint8Array.of(suite >> 8, suite & 0xff),
      privateKey,
      publicKey,
    ]),
  )
}

/** Undefined when these are no keys of ours: cut off, or erased halfway. The pairs share no memory with the bytes. */
export function decodePairs(bytes: Uint8Array): MailKeyPair[] | undefined {
  if (bytes[0] !== VERSION) return undefined
  const pairs: MailKeyPair[] = []
  for (let at = 1; at < bytes.length;) {
    const suite = bytes[at]! * 256 + (bytes[at + 1] ?? 0)
    if (!isSuite(suite)) return undefined
    const publicAt = at + 2 + PRIVATE_BYTES
    const end = publicAt + SUITE_SIZES[suite].publicKeyBytes
    if (end > bytes.length) return undefined
    pairs.push({
      suite,
      privateKey: Uint8Array.from(bytes.subarray(at + 2, publicAt)),
      publicKey: Uint8Array.from(bytes.subarray(publicAt, end)),
    })
    at = end
  }
  return pairs.length === 0 ? undefined : pairs
}
