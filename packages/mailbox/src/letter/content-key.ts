import { platform } from '#crypto'
import { domain, joined, utf8 } from './bytes.ts'
import { encodeDraft } from './header.ts'
import type { HeaderDraft } from './header.ts'

// spec/mailbox.md §3: what comes of the content key, and what is sealed with it.

/** HPKE's `info` of all slots. */
export const SLOT_INFO = utf8('stoa-mail slot')
/** HKDF-Expand with one block: its counter is the last byte. */
const BODY = utf8('stoa-mail body\u0001')
const RECEIPT = utf8('stoa-mail receipt\u0001')

export function bodyKey(contentKey: Uint8Array): Uint8Array {
  return platform.hmacSha256(contentKey, BODY)
}

export function receiptPreimage(contentKey: Uint8Array): Uint8Array {
  return platform.hmacSha256(contentKey, RECEIPT)
}

/** The receipt's preimage commits to the content key, so a letter opens to one thing for all who can open it. */
export function lockOf(preimage: Uint8Array): Uint8Array {
  return platform.sha256(preimage)
}

/** Of the slots. */
export function slotAad(network: string, header: HeaderDraft): Uint8Array {
  return joined(domain('stoa-mail-seal', network), encodeDraft(header))
}

/** Of the body: with other slots it does not open, so nobody makes another letter of one by shuffling or replacing them. */
export function bodyAad(aad: Uint8Array, slots: Uint8Array): Uint8Array {
  return joined(aad, platform.sha256(slots))
}
