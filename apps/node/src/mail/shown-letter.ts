import { showBody } from '../shown-body.ts'
import type { ReceivedLetter } from '@stoa/mailbox'
import type { ShownBody } from '../shown-body.ts'

/** A letter without its body: what events say of it. They are printed and logged, and a letter is for its reader alone. */
export interface LetterHead {
  /** 64 hexadecimal digits. */
  id: string
  /** Peer id of the sender, proven. */
  from: string
  contentType: string
  /** Length of the body. */
  bytes: number
  /** By the sender's clock, in ms since 1970. */
  sentMs: number
  receivedMs: number
  expiresMs: number
}

/** A letter as the API and the command line show it. */
export interface ShownLetter extends LetterHead, ShownBody {}

export function letterHead({ body, from, ...letter }: ReceivedLetter): LetterHead {
  const { id, contentType, sentMs, receivedMs, expiresMs } = letter
  return { id, from: String(from), contentType, bytes: body.byteLength, sentMs, receivedMs, expiresMs }
}

export function showLetter(letter: ReceivedLetter): ShownLetter {
  return { ...letterHead(letter), ...showBody(letter.body) }
}
