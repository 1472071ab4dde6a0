import { duration } from '../terminal.ts'
import type { ShownDelivery } from '../../mail/shown-delivery.ts'

/** Digits of an id in a table: enough to name the letter by. */
export const SHOWN_ID_LENGTH = 16

/** How far a letter came. */
export function stateOf({ state, stored, isHandedOver, error }: ShownDelivery): string {
  const peers = stored === 1 ? '1 peer' : `${stored} peers`
  switch (state) {
    case 'queued':
      return `queued here: no other node has it for sure${error === null ? '' : ` (${error.code})`}, this one goes on trying`
    case 'stored':
      return isHandedOver ? 'handed over to its receiver, not acknowledged yet' : `stored on ${peers}`
    case 'delivered':
      return 'delivered'
    case 'expired':
      return 'expired: nobody acknowledged it in time'
    case 'failed':
      return `failed: ${error?.message ?? 'nobody knows why'} (${error?.code ?? 'failed'})`
  }
}

/** Id, receiver, age and state. */
export function deliveryRow(delivery: ShownDelivery, nowMs = Date.now()): string[] {
  const { id, to, createdMs } = delivery
  return [id.slice(0, SHOWN_ID_LENGTH), to, `${duration(nowMs - createdMs)} ago`, stateOf(delivery)]
}
