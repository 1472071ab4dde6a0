import { ed25519 } from '@noble/curves/ed25519.js'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { challenge, craft, craftMixed, littleEndian, mod, pointOf, withLongS } from './crafted.ts'
import type { Craft } from './crafted.ts'

// Envelopes part by part, so that each can be wrong by itself, with a signature that is right for what it signs. Shares no code with the sources.

export const SEED = fromString('5eed'.repeat(16), 'hex')
export const OTHER_SEED = fromString('0dd5'.repeat(16), 'hex')
/** 2026-11-21T12:00:00Z */
export const NOW = 1_795_262_400_000
export const DAY = 86_400_000

export const utf8 = (text: string): Uint8Array => fromString(text, 'utf8')
export const hexBytes = (text: string): Uint8Array => fromString(text.replaceAll(' ', ''), 'hex')

export function uvarint(value: bigint | number): Uint8Array {
  const bytes = []
  let rest = BigInt(value)
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.of(...bytes, Number(rest))
}

/** A field of bytes. */
export function field(number: number, bytes: Uint8Array | string): Uint8Array {
  const content = typeof bytes === 'string' ? utf8(bytes) : bytes
  return concat([uvarint((number << 3) | 2), uvarint(content.length), content])
}

/** A field of a number. */
export function numeric(number: number, value: bigint | number): Uint8Array {
  return concat([uvarint(number << 3), uvarint(value)])
}

/** The fields of a Record by name; each can be replaced, `without` leaves one out. */
export function payloadFields() {
  return {
    space: field(1, 'offers/btc-eur'),
    name: field(2, 'bicycle'),
    seq: numeric(3, NOW),
    created: numeric(4, NOW),
    expires: numeric(5, NOW + DAY),
    holds: numeric(6, NOW + DAY),
    content: field(7, 'a red one'),
  }
}
export type PayloadFields = ReturnType<typeof payloadFields>

export function payload(changes: Partial<PayloadFields> = {}): Uint8Array {
  return concat(Object.values({ ...payloadFields(), ...changes }))
}

export function signedOver(network: string, type: Uint8Array, payload: Uint8Array): Uint8Array {
  return concat([utf8(`stoa-record:${network}`), type, payload].flatMap(part => [uvarint(part.length), part]))
}

export interface EnvelopeParts {
  publicKey: Uint8Array
  type: Uint8Array
  payload: Uint8Array
  signature: Uint8Array
}

const TYPE = utf8('/stoa/record/1')

export function ed25519Key(raw: Uint8Array): Uint8Array {
  return concat([hexBytes('08 01 12 20'), raw])
}

/** The parts of a right envelope, signed over whatever `changes` make of it. */
export function envelopeParts(changes: Partial<EnvelopeParts> = {}, network = 'main', seed = SEED): EnvelopeParts {
  const parts = { publicKey: ed25519Key(ed25519.getPublicKey(seed)), type: TYPE, payload: payload(), ...changes }
  return { signature: ed25519.sign(signedOver(network, parts.type, parts.payload), seed), ...parts }
}

export function joined({ publicKey, type, payload, signature }: EnvelopeParts): Uint8Array {
  return concat([field(1, publicKey), field(2, type), field(3, payload), field(5, signature)])
}

export function envelope(changes: Partial<EnvelopeParts> = {}, network = 'main', seed = SEED): Uint8Array {
  return joined(envelopeParts(changes, network, seed))
}

/** A right record of these fields of the payload. */
export function recordOf(changes: Partial<PayloadFields>): Uint8Array {
  return envelope({ payload: payload(changes) })
}

const START = { a: 7n, i: 0n, r: 11n, j: 0n }

/** Records whose signatures no signer makes. */
export const crafted = {
  plain: (changes: Partial<Craft>) => craftedEnvelope(messageOf => craft({ ...START, ...changes }, messageOf)),
  mixed: (reading: 'reduced' | 'unreduced') =>
    craftedEnvelope(messageOf => craftMixed(reading, { ...START, i: 1n }, messageOf)),
  longS: () => envelope({ signature: withLongS(envelopeParts().signature) }),
  /** R is written in another way, and signed as it is written. */
  otherR: (bytes: Uint8Array, r: bigint, torsion: bigint) =>
    craftedEnvelope(messageOf => {
      const owner = pointOf(START.a, torsion).toBytes()
      const s = mod(r + challenge(bytes, owner, messageOf()) * START.a, ORDER)
      return { owner, signature: concat([bytes, littleEndian(s)]) }
    }),
  /** A key of small order: any S goes with it, whatever is signed. */
  smallKey: (owner: Uint8Array) => {
    const signature = concat([pointOf(11n, 0n).toBytes(), littleEndian(11n)])
    return joined(envelopeParts({ publicKey: ed25519Key(owner), signature }))
  },
}

const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n

function craftedEnvelope(
  make: (messageOf: () => Uint8Array) => { owner: Uint8Array; signature: Uint8Array },
): Uint8Array {
  const content = payload()
  const { owner, signature } = make(() => signedOver('main', TYPE, content))
  return joined({ publicKey: ed25519Key(owner), type: TYPE, payload: content, signature })
}
