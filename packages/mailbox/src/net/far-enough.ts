import { aborted } from '../errors.ts'
import type { MailboxError } from '../errors.ts'
import type { Clock } from '@stoa/replica'
import type { OutboxItem } from './outbox-item.ts'

export interface WaitInit {
  waitMs: number
  clock: Clock
  /** The caller's. */
  signal: AbortSignal | undefined
  /** This node stops: what was reached by then is the answer. */
  stop: AbortSignal
}

/**
 * Waits until the receiver has a letter, or all peers that were there to be asked have it, or the time is over.
 * @throws {MailboxError} `aborted`, or why nothing of it left this node
 */
export async function whenFarEnough(item: OutboxItem, { waitMs, clock, signal, stop }: WaitInit): Promise<void> {
  if (waitMs === 0) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onChange = (failure?: MailboxError): void => {
    if (failure !== undefined) reject(failure)
    else if (isFarEnough(item)) resolve()
  }
  const onAbort = (): void => {
    reject(aborted(signal, 'aborted by the caller’s signal; the letter is in the outbox'))
  }
  const timer = clock.setTimeout(resolve, waitMs)
  item.onChange.add(onChange)
  signal?.addEventListener('abort', onAbort, { once: true })
  const onStop = (): void => resolve()
  stop.addEventListener('abort', onStop, { once: true })
  try {
    if (signal?.aborted === true) onAbort()
    onChange()
    await promise
  } finally {
    clock.clearTimeout(timer)
    item.onChange.delete(onChange)
    signal?.removeEventListener('abort', onAbort)
    stop.removeEventListener('abort', onStop)
  }
}

function isFarEnough({ outgoing }: OutboxItem): boolean {
  const { state, holders, isHandedOver } = outgoing.progress
  if (state === 'delivered' || state === 'expired' || state === 'failed' || isHandedOver) return true
  return holders.length > 0 && outgoing.activity === 'none'
}
