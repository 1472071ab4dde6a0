import type { PeerId } from '@libp2p/interface'
import type { MailboxCode } from './errors.ts'

/**
 * - `queued`: in this node's outbox, and nowhere else for sure.
 * - `stored`: others confirmed that it is durable with them: `stored` says how many.
 * - `delivered`: the receiver acknowledged it.
 * - `expired`: its time is over, and no receipt came.
 * - `failed`: it cannot be delivered; `error` says why.
 */
export type DeliveryState = 'queued' | 'stored' | 'delivered' | 'expired' | 'failed'

/** A letter that this node sent. */
export interface Delivery {
  /** Of the letter, 64 hexadecimal digits. */
  readonly id: string
  readonly to: PeerId
  readonly state: DeliveryState
  /** Peers that confirmed that they keep it. */
  readonly stored: number
  /** Its receiver has it in the inbox, handed over by this node itself. */
  readonly isHandedOver: boolean
  readonly contentType: string
  /** Of the body, in bytes. */
  readonly sizeBytes: number
  readonly createdMs: number
  readonly expiresMs: number
  /** When the state was reached. */
  readonly changedMs: number
  readonly attempts: number
  /** Why the last attempt came to nothing, or the delivery failed. */
  readonly error: { readonly code: MailboxCode; readonly message: string } | undefined
}
