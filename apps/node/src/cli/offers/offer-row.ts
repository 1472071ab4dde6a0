import { duration, printable } from '../terminal.ts'
import type { ShownOffer } from '../../offers/shown-offer.ts'

const MAX_SHOWN_LENGTH = 60

/** `live`, or why not, and for how long. */
export function stateOf({ state, expiresMs }: ShownOffer, nowMs = Date.now()): string {
  return `${state}, ${duration(expiresMs - nowMs)} left`
}

/** Key, market, state, and how it begins. */
export function offerRow(offer: ShownOffer, nowMs = Date.now()): string[] {
  return [offer.key, offer.market, stateOf(offer, nowMs), beginning(offer)]
}

/** The start of a body, on one line. */
export function beginning({ text, bytes }: Pick<ShownOffer, 'text' | 'bytes'>): string {
  if (text === undefined) return `(${bytes.toLocaleString('en')} bytes)`
  const start = text
    .slice(0, MAX_SHOWN_LENGTH + 1)
    .replaceAll(/\s+/g, ' ')
    .trimEnd()
  return printable(start.length > MAX_SHOWN_LENGTH ? `${start.slice(0, MAX_SHOWN_LENGTH - 1)}…` : start)
}
