import type { Delivery, DeliveryState } from '@stoa/mailbox'

/** A letter that this node sent, as the API and the command line show it. */
export interface ShownDelivery {
  /** 64 hexadecimal digits. */
  id: string
  /** Peer id of the receiver. */
  to: string
  state: DeliveryState
  /** Peers that confirmed that they keep it. */
  stored: number
  /** Its receiver has it in the inbox, handed over by this node itself. */
  isHandedOver: boolean
  contentType: string
  /** Length of the body. */
  bytes: number
  createdMs: number
  expiresMs: number
  /** When the state was reached. */
  changedMs: number
  attempts: number
  /** Why the last attempt came to nothing, or the delivery failed. */
  error: { code: string; message: string } | null
}

export function showDelivery({ to, sizeBytes, error, ...delivery }: Delivery): ShownDelivery {
  const { id, state, stored, isHandedOver, contentType, createdMs, expiresMs, changedMs, attempts } = delivery
  return {
    id,
    to: String(to),
    state,
    stored,
    isHandedOver,
    contentType,
    bytes: sizeBytes,
    createdMs,
    expiresMs,
    changedMs,
    attempts,
    error: error === undefined ? null : { code: error.code, message: error.message },
  }
}
