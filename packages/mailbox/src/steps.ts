import { toHex } from './hex.ts'

/**
 * What a mailbox does that lasts: on its disk, or with a peer. `onStep` hears of each as `before:…` and `after:…` and is waited for, so that a
 * test can end a process at any of them.
 */
export const SENDER_STEPS = [
  'outbox-written',
  'handed-over',
  'published',
  'kept',
  'receipt-seen',
  'delivered-written',
] as const
export const RECEIVER_STEPS = [
  'letter-seen',
  'inbox-written',
  'told',
  'ack-written',
  'receipt-sent',
  'receipt-marked',
] as const
export const STORER_STEPS = ['keep-taken', 'keep-durable'] as const

export type MailStep = (typeof SENDER_STEPS)[number] | (typeof RECEIVER_STEPS)[number] | (typeof STORER_STEPS)[number]

/** @param letter its id, 64 hexadecimal digits */
export type OnStep = (step: `${'before' | 'after'}:${MailStep}`, letter: string) => void | Promise<void>

/** Does something that lasts with the letter of this key, and says so before and after. */
export type Stepper = <T>(step: MailStep, key: Uint8Array, run: () => T | Promise<T>) => Promise<T>

export function stepper(onStep: OnStep | undefined): Stepper {
  if (onStep === undefined) return async (_, _key, run) => run()
  return async (step, key, run) => {
    const letter = toHex(key)
    await onStep(`before:${step}`, letter)
    const result = await run()
    await onStep(`after:${step}`, letter)
    return result
  }
}
