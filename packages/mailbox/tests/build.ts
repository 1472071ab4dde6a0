import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { X25519 } from '../src/crypto/suite.ts'
import { parseLetter } from '../src/letter/codec.ts'
import { SLOT_INFO, slotAad } from '../src/letter/content-key.ts'
import { encodeUnsigned, signEnvelope } from '../src/letter/envelope.ts'
import { pad } from '../src/letter/padding.ts'
import { assembleLetter, draftLetter } from '../src/letter/seal.ts'
import { referenceKey, referenceSeal } from './reference-hpke.ts'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import type { MailKeyPair, SuiteId } from '../src/crypto/suite.ts'
import type { Envelope } from '../src/letter/envelope.ts'
import type { LetterEntry, NewLetter } from '../src/letter/letter.ts'
import type { Draft } from '../src/letter/seal.ts'

/** Letters of fixed keys and fixed randomness. */

export const NETWORK = 'main'
export const BUCKET_BITS = 8
export const SENT_MS = Date.UTC(2026, 10, 21, 12, 34, 56, 789)
export const DAY_MS = 86_400_000

export const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
export const bytesOf = (text: string): Uint8Array => fromString(text, 'hex')

/** 32 bytes, or more, that depend on the text only. */
export function seeded(text: string, length = 32): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) => sha256(fromString(`${text} ${at}`)))
  return concat(blocks).subarray(0, length)
}

export async function identity(name: string): Promise<Ed25519PrivateKey> {
  return generateKeyPairFromSeed('Ed25519', seeded(`identity ${name}`))
}

export function mailKey(suite: SuiteId, name: string): MailKeyPair {
  return referenceKey(suite, seeded(`mail key ${name} ${suite}`))
}

export const alice = await identity('alice')
export const bob = await identity('bob')
export const mallory = await identity('mallory')

export interface FixedLetter extends NewLetter {
  readonly from: Ed25519PrivateKey
  readonly keys: readonly MailKeyPair[]
}

export function newLetter(fields: Partial<FixedLetter> & { suite?: SuiteId } = {}): FixedLetter {
  const { suite = X25519, ...rest } = fields
  return {
    network: NETWORK,
    from: alice,
    to: bob.publicKey.raw,
    keys: [mailKey(suite, 'bob 0')],
    messageId: seeded('message').slice(0, 16),
    contentType: 'text/plain',
    body: fromString('I take the bicycle.'),
    sentMs: SENT_MS,
    ttlMs: DAY_MS,
    bucketBits: BUCKET_BITS,
    ...rest,
  }
}

export const CONTENT_KEY = seeded('content key')

/** The slots of a draft: one a key, then those to keys that nobody has. */
export function fixedSlots(draft: Draft, keys = draft.letter.keys, count?: number): Uint8Array[] {
  const { suite } = draft.header
  const wanted = count ?? [1, 2, 4, 8].find(slots => slots >= keys.length)!
  return Array.from({ length: wanted }, (_, at) => {
    const { publicKey } = keys[at] ?? mailKey(suite, `nobody ${at}`)
    const sealed = keys[at] === undefined ? seeded(`nothing ${at}`) : draft.contentKey
    return fixedSlot(draft, publicKey, at, sealed)
  })
}

export function fixedSlot(draft: Draft, publicKey: Uint8Array, at: number, contentKey = draft.contentKey): Uint8Array {
  const { header, letter } = draft
  const aad = slotAad(letter.network, header)
  const ephemeral = ephemeralOf(header.suite, at)
  const { enc, ciphertext } = referenceSeal(header.suite, publicKey, ephemeral, SLOT_INFO, aad, contentKey)
  return concat([enc, ciphertext])
}

/** The randomness of a slot. */
export function ephemeralOf(suite: SuiteId, at: number): Uint8Array {
  return seeded(`ephemeral ${at}`, suite === X25519 ? 32 : 64)
}

export async function fixedLetter(letter: NewLetter): Promise<LetterEntry> {
  const draft = await draftLetter(letter, CONTENT_KEY)
  return assembleLetter(draft, fixedSlots(draft))
}

/** A letter that nobody who keeps to the rules would seal. */
export async function craftedLetter(
  letter: NewLetter,
  change: (draft: Draft) => Draft | Promise<Draft>,
): Promise<LetterEntry> {
  const draft = await change(await draftLetter(letter, CONTENT_KEY))
  return assembleLetter(draft, fixedSlots(draft))
}

/** The draft with another envelope, signed by `key`. */
export async function withEnvelope(
  draft: Draft,
  change: Partial<Envelope> = {},
  key = draft.letter.from,
  signedFor: Pick<Draft, 'header'> & { network?: string } = draft,
): Promise<Draft> {
  const { from, ...rest } = draft.letter
  const unsigned = encodeUnsigned({ ...rest, from: from.publicKey.raw, ...change })
  const network = signedFor.network ?? draft.letter.network
  const envelope = await signEnvelope(key, unsigned, network, signedFor.header)
  return { ...draft, padded: pad(envelope, draft.header.sizeBytes) }
}

export function parse(bytes: Uint8Array): LetterEntry {
  return parseLetter(bytes, { network: NETWORK, bucketBits: BUCKET_BITS })
}
