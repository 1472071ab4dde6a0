import { backoffMs } from './backoff.ts'
import type { BackoffOptions } from './backoff.ts'
import type { Moment } from './deliver.ts'

/**
 * - `unread`: the application gets it, again after each start.
 * - `acknowledged`: by the application, here. It never gets it again.
 * - `cleared`: acknowledged by another node of this identity.
 */
export type IncomingState = 'unread' | 'acknowledged' | 'cleared'

/** What of a received letter changes, and survives a restart. */
export interface Reading {
  readonly state: IncomingState
  /** The receipt is where nobody can miss it: with its sender, or in the replica. */
  readonly isReceiptOut: boolean
}

/** The receiver's side of one letter. Only `reading` survives a restart. */
export interface Incoming {
  readonly reading: Reading
  readonly isSending: boolean
  /** Receipts that did not get out. */
  readonly attempts: number
  /** When the receipt is due again. */
  readonly nextMs: number
}

export type IncomingEvent =
  /** It is new: not in the inbox yet. */
  | { readonly type: 'arrived' }
  /** After a start. */
  | { readonly type: 'resumed' }
  | { readonly type: 'acknowledged' }
  | { readonly type: 'receipt-seen' }
  /** The letter is in the replica, although it was acknowledged: others have to hear of the receipt. */
  | { readonly type: 'letter-seen' }
  | { readonly type: 'receipt-sent' }
  | { readonly type: 'receipt-not-sent' }
  | { readonly type: 'due' }

/** To be done in order. What begins with `start-` goes on by itself, and its end is an event. */
export type IncomingEffect = 'persist' | 'tell' | 'tell-cleared' | 'start-receipt'

export interface IncomingStep {
  readonly incoming: Incoming
  readonly effects: readonly IncomingEffect[]
}

export function newIncoming(): Incoming {
  return restoredIncoming({ state: 'unread', isReceiptOut: false })
}

export function restoredIncoming(reading: Reading): Incoming {
  return { reading, isSending: false, attempts: 0, nextMs: 0 }
}

/** One event of the receiver's side of one letter: spec/mailbox.md §9. */
export function receive(
  incoming: Incoming,
  event: IncomingEvent,
  options: BackoffOptions,
  { nowMs, jitter }: Moment,
): IncomingStep {
  const { reading, isSending, attempts } = incoming
  const { state } = reading
  switch (event.type) {
    case 'arrived':
      return { incoming, effects: ['persist', 'tell'] }
    case 'resumed':
      if (state === 'unread') return { incoming, effects: ['tell'] }
      return sending(incoming, nowMs)
    case 'acknowledged':
      if (state !== 'unread') return { incoming, effects: [] }
      return sending({ ...incoming, reading: { ...reading, state: 'acknowledged' } }, nowMs, ['persist'])
    case 'receipt-seen':
      if (state === 'unread') {
        const cleared = { ...incoming, reading: { state: 'cleared', isReceiptOut: true } as const }
        return { incoming: cleared, effects: ['persist', 'tell-cleared'] }
      }
      return isOut(incoming)
    case 'letter-seen':
      if (state === 'unread') return { incoming, effects: [] }
      return sending({ ...incoming, reading: { ...reading, isReceiptOut: false } }, nowMs, ['persist'])
    case 'receipt-sent':
      return isOut({ ...incoming, isSending: false, attempts: 0 })
    case 'receipt-not-sent': {
      const nextMs = nowMs + backoffMs(attempts + 1, options, jitter)
      return { incoming: { ...incoming, isSending: false, attempts: attempts + 1, nextMs }, effects: [] }
    }
    case 'due':
      return isSending ? { incoming, effects: [] } : sending(incoming, nowMs)
  }
}

function sending(incoming: Incoming, nowMs: number, first: IncomingEffect[] = []): IncomingStep {
  const { reading, isSending, nextMs } = incoming
  const isDue = reading.state !== 'unread' && !reading.isReceiptOut && !isSending && nowMs >= nextMs
  if (!isDue) return { incoming, effects: first }
  return { incoming: { ...incoming, isSending: true }, effects: [...first, 'start-receipt'] }
}

function isOut(incoming: Incoming): IncomingStep {
  if (incoming.reading.isReceiptOut) return { incoming, effects: [] }
  return { incoming: { ...incoming, reading: { ...incoming.reading, isReceiptOut: true } }, effects: ['persist'] }
}
