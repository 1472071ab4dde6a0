import { isOver } from './outgoing.ts'
import type { Outgoing, Terms } from './outgoing.ts'

/** When time does something to a delivery; undefined: nothing any more. */
export function dueAt({ progress, activity }: Outgoing, { expiresMs }: Terms): number | undefined {
  const { state, nextMs, isPublished, isReceiptOut } = progress
  if (state === 'delivered') {
    return isPublished && !isReceiptOut && activity === 'none' && nextMs < expiresMs ? nextMs : undefined
  }
  if (isOver(progress)) return undefined
  return activity === 'none' ? Math.min(nextMs, expiresMs) : expiresMs
}
