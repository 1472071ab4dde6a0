import { platform } from '#crypto'
import { suiteOf } from '../crypto/suites.ts'
import { RejectionError } from '../rejection.ts'
import { areEqual } from './bytes.ts'
import { encodeReceipt, slotBytes, slotCount } from './codec.ts'
import { bodyAad, bodyKey, lockOf, receiptPreimage, SLOT_INFO, slotAad } from './content-key.ts'
import { openEnvelope } from './envelope.ts'
import { unpad } from './padding.ts'
import type { MailKeyPair } from '../crypto/suite.ts'
import type { LetterEntry, OpenedLetter } from './letter.ts'

export interface OpenInit {
  readonly network: string
  /** Whose keys they are: Ed25519 public key, 32 bytes. */
  readonly identity: Uint8Array
  /** Those of other suites are passed over. The likeliest first. */
  readonly keys: readonly MailKeyPair[]
}

/**
 * Undefined when it is for none of these keys, or a receipt. The entry must have been proven (`proofError`).
 * @throws {RejectionError} `wrong-lock`, `bad-padding`, `bad-envelope`, `wrong-receiver`, `bad-signature`
 */
export async function openLetter(entry: LetterEntry, init: OpenInit): Promise<OpenedLetter | undefined> {
  const { header, sealed } = entry
  if (sealed === undefined) return undefined
  const slots = sealed.subarray(0, slotCount(header, sealed) * slotBytes(header.suite))
  const aad = slotAad(init.network, header)
  const contentKey = await openSlots(entry, slots, aad, init.keys)
  if (contentKey === undefined) return undefined

  const preimage = receiptPreimage(contentKey)
  if (!areEqual(lockOf(preimage), header.lock)) {
    throw new RejectionError('wrong-lock', 'the lock of the header is not that of the key that was sealed')
  }
  const padded = platform.openOnce(bodyKey(contentKey), bodyAad(aad, slots), sealed.subarray(slots.length))
  if (padded === undefined) throw new RejectionError('bad-envelope', 'what is sealed does not open: it was altered')
  const { from, messageId, contentType, body, sentMs } = await openEnvelope(
    unpad(padded),
    init.network,
    header,
    init.identity,
  )
  return { from, messageId, contentType, body, sentMs, receipt: encodeReceipt(header, preimage) }
}

/** The newest key first, in all slots: nothing in a slot tells whose it is. */
async function openSlots(
  { header }: LetterEntry,
  slots: Uint8Array,
  aad: Uint8Array,
  keys: readonly MailKeyPair[],
): Promise<Uint8Array | undefined> {
  const suite = suiteOf(header.suite)
  const step = slotBytes(header.suite)
  for (const key of keys) {
    if (key.suite !== header.suite) continue
    for (let at = 0; at < slots.length; at += step) {
      const enc = slots.subarray(at, at + suite.encBytes)
      const ciphertext = slots.subarray(at + suite.encBytes, at + step)
      const contentKey = await suite.open(key, enc, SLOT_INFO, aad, ciphertext)
      if (contentKey !== undefined) return contentKey
    }
  }
  return undefined
}
