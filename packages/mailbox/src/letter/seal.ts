import { platform } from '#crypto'
import { suiteOf } from '../crypto/suites.ts'
import { joined } from './bytes.ts'
import { encodeLetter, parseLetter } from './codec.ts'
import { bodyAad, bodyKey, lockOf, receiptPreimage, SLOT_INFO, slotAad } from './content-key.ts'
import { encodeUnsigned, signEnvelope, SIGNATURE_FIELD_BYTES } from './envelope.ts'
import { KEY_BYTES, MAX_TTL_MS, MINUTE_MS, SLOT_COUNTS } from './limits.ts'
import { bucketOf } from './names.ts'
import { checkNewLetter } from './new-letter.ts'
import { pad, paddedSize } from './padding.ts'
import type { HpkeSuite } from '../crypto/suite.ts'
import type { HeaderDraft } from './header.ts'
import type { LetterEntry, NewLetter } from './letter.ts'

/** A letter before its content key is sealed to anybody. */
export interface Draft {
  readonly letter: NewLetter
  readonly header: HeaderDraft
  readonly contentKey: Uint8Array
  readonly padded: Uint8Array
}

/** @throws {TypeError} what it is made of is not what `NewLetter` says */
export async function sealLetter(letter: NewLetter): Promise<LetterEntry> {
  checkNewLetter(letter)
  const draft = await draftLetter(letter, random(KEY_BYTES))
  return assembleLetter(draft, shuffled(await sealSlots(draft)))
}

export async function draftLetter(letter: NewLetter, contentKey: Uint8Array): Promise<Draft> {
  const { network, from, to, messageId, sentMs, contentType, body } = letter
  const unsigned = encodeUnsigned({ from: from.publicKey.raw, to, messageId, sentMs, contentType, body })
  const sizeBytes = paddedSize(unsigned.length + SIGNATURE_FIELD_BYTES)
  if (sizeBytes === undefined) throw new TypeError(`a body of ${body.length} bytes does not fit a letter`)
  const header = { ...times(letter), ...addressed(letter), sizeBytes, lock: lockOf(receiptPreimage(contentKey)) }
  const envelope = await signEnvelope(from, unsigned, network, header)
  return { letter, header, contentKey, padded: pad(envelope, sizeBytes) }
}

export function assembleLetter(
  { letter, header, contentKey, padded }: Draft,
  slots: readonly Uint8Array[],
): LetterEntry {
  const { network, bucketBits } = letter
  const joinedSlots = joined(...slots)
  const aad = bodyAad(slotAad(network, header), joinedSlots)
  const sealed = joined(joinedSlots, platform.sealOnce(bodyKey(contentKey), aad, padded))
  const bytes = encodeLetter({ ...header, sealedHash: platform.sha256(sealed) }, sealed)
  return parseLetter(bytes, { network, bucketBits })
}

/** One a device, and as many to keys that nobody has as the next allowed number takes. */
async function sealSlots({ letter, header, contentKey }: Draft): Promise<Uint8Array[]> {
  const suite = suiteOf(header.suite)
  const aad = slotAad(letter.network, header)
  const devices = letter.keys.map(({ publicKey }) => sealSlot(suite, publicKey, aad, contentKey))
  const count = SLOT_COUNTS.find(slots => slots >= letter.keys.length)!
  const decoys = Array.from({ length: count - devices.length }, async () => {
    const { publicKey } = await suite.generate()
    return sealSlot(suite, publicKey, aad, random(KEY_BYTES))
  })
  return Promise.all([...devices, ...decoys])
}

async function sealSlot(
  suite: HpkeSuite,
  publicKey: Uint8Array,
  aad: Uint8Array,
  contentKey: Uint8Array,
): Promise<Uint8Array> {
  const { enc, ciphertext } = await suite.seal(publicKey, SLOT_INFO, aad, contentKey)
  return joined(enc, ciphertext)
}

/** Whole minutes: created rounded down, expires up, within 15 days of created. */
function times({ sentMs, ttlMs }: NewLetter): Pick<HeaderDraft, 'createdMs' | 'expiresMs'> {
  const createdMs = Math.floor(sentMs / MINUTE_MS) * MINUTE_MS
  const expiresMs = Math.ceil((sentMs + ttlMs) / MINUTE_MS) * MINUTE_MS
  return { createdMs, expiresMs: Math.min(expiresMs, createdMs + MAX_TTL_MS) }
}

function addressed({ network, to, keys, bucketBits }: NewLetter): Pick<HeaderDraft, 'bucket' | 'suite'> {
  return { bucket: bucketOf(network, to, bucketBits), suite: keys[0]!.suite }
}

function random(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length))
}

/** So that the place of a slot says nothing of the device. */
function shuffled<T>(items: readonly T[]): T[] {
  const order = items.map(item => ({ item, by: globalThis.crypto.getRandomValues(new Uint32Array(1))[0]! }))
  return order.sort((a, b) => a.by - b.by).map(({ item }) => item)
}
