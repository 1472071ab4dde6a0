import { beginning } from '../offers/offer-row.ts'
import { duration } from '../terminal.ts'
import { SHOWN_ID_LENGTH } from './delivery-line.ts'
import type { ShownLetter } from '../../mail/shown-letter.ts'

/** Id, sender, age, and how it begins. */
export function letterRow(letter: ShownLetter, nowMs = Date.now()): string[] {
  const { id, from, sentMs } = letter
  return [id.slice(0, SHOWN_ID_LENGTH), from, `${duration(nowMs - sentMs)} ago`, beginning(letter)]
}
