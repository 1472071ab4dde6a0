import type { DeliveryState } from '../delivery.ts'
import type { MailboxCode } from '../errors.ts'

export interface DeliveryError {
  readonly code: MailboxCode
  readonly message: string
}

/** What of a delivery changes, and survives a restart. */
export interface Progress {
  readonly state: DeliveryState
  readonly changedMs: number
  readonly attempts: number
  /** When the next attempt is due. */
  readonly nextMs: number
  /** Peers that confirmed that they keep it, the receiver among them when it was handed over. */
  readonly holders: readonly string[]
  readonly isHandedOver: boolean
  /** It is in this node's own replica, and so on its way to everybody. */
  readonly isPublished: boolean
  readonly error: DeliveryError | undefined
  /** What proves that it was delivered. */
  readonly receipt: Uint8Array | undefined
  /** Nobody needs the receipt from this node any more. */
  readonly isReceiptOut: boolean
}

/** What of a delivery never changes, as far as deciding needs it. */
export interface Terms {
  readonly expiresMs: number
  /** Of the receiver, as text. */
  readonly receiver: string
  /** How many devices of the receiver it is sealed to. */
  readonly devices: number
}

/** What is under way now; none of it survives a restart. */
export type Activity = 'none' | 'handing-over' | 'publishing' | 'asking' | 'publishing-receipt'

/** The sender's side of one letter. */
export interface Outgoing {
  readonly progress: Progress
  readonly activity: Activity
  /** Nothing of it has left this node, and its sender still waits to hear so. */
  readonly canWithdraw: boolean
}

/** What a peer made of a letter that was handed over. */
export type HandOverResult =
  | { readonly kind: 'kept' }
  | {
      readonly kind: 'failed'
      readonly error: DeliveryError
      /** It may have arrived all the same. */ readonly mayHave: boolean
    }

export type OutgoingEvent =
  /** After a start: what this node's replica has of it. */
  | { readonly type: 'resumed'; readonly held: 'letter' | 'nothing' }
  | { readonly type: 'due' }
  /** The receiver, or somebody who keeps letters, is connected now. */
  | { readonly type: 'peer-came'; readonly peer: string }
  | { readonly type: 'handed-over'; readonly result: HandOverResult }
  | { readonly type: 'published' }
  | { readonly type: 'not-published'; readonly error: DeliveryError }
  | { readonly type: 'kept'; readonly peer: string }
  | { readonly type: 'not-kept'; readonly error: DeliveryError }
  /** Nobody is left to be asked now. */
  | { readonly type: 'asked' }
  | { readonly type: 'receipt'; readonly receipt: Uint8Array }
  | { readonly type: 'receipt-published' }
  | { readonly type: 'receipt-not-published' }
  /** Its sender was told that it is on its way. */
  | { readonly type: 'released' }

/** To be done in order. What begins with `start-` goes on by itself, and its end is an event. */
export type OutgoingEffect =
  | 'persist'
  | 'tell'
  | 'start-hand-over'
  | 'start-publish'
  | 'start-asking'
  | 'start-publish-receipt'
  /** Takes it out of the outbox, as if it had never been there: its sender is told why. */
  | 'withdraw'

export function newOutgoing(nowMs: number): Outgoing {
  return {
    progress: {
      state: 'queued',
      changedMs: nowMs,
      attempts: 0,
      nextMs: nowMs,
      holders: [],
      isHandedOver: false,
      isPublished: false,
      error: undefined,
      receipt: undefined,
      isReceiptOut: false,
    },
    activity: 'none',
    canWithdraw: true,
  }
}

/** After a restart. */
export function restoredOutgoing(progress: Progress): Outgoing {
  return { progress, activity: 'none', canWithdraw: false }
}

/** It was delivered: nothing changes that. A letter that expired can still turn out to have been. */
export function isOver({ state }: Pick<Progress, 'state'>): boolean {
  return state === 'delivered' || state === 'expired' || state === 'failed'
}
