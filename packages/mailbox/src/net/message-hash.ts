import { platform } from '#crypto'
import type { OpenedLetter } from '../letter/letter.ts'

/** What a message is known by after its letter is gone: it says neither who sent it nor anything else. */
export function messageHash({ from, messageId }: Pick<OpenedLetter, 'from' | 'messageId'>): Uint8Array {
  const bytes = new Uint8Array(from.length + messageId.length)
  bytes.set(from)
  bytes.set(messageId, from.length)
  return platform.sha256(bytes)
}
