export { mailbox } from './mailbox.ts'
export { DEFAULTS } from './options.ts'
export { RECEIVER_STEPS, SENDER_STEPS, STORER_STEPS } from './steps.ts'
export { MailboxError } from './errors.ts'
export { RejectionError } from './rejection.ts'
export type { MailboxComponents } from './components.ts'
export type { MailboxInit, MailboxOptions } from './options.ts'
export type { MailStep, OnStep } from './steps.ts'
export type { MailboxCode } from './errors.ts'
export type { RejectionCode } from './rejection.ts'
export type { Delivery, DeliveryState } from './delivery.ts'
export type { ReceivedLetter } from './received-letter.ts'
export type { OwnMailKeys } from './own-keys.ts'
export type { MailCounters } from './counters.ts'
export type { SecretStore } from './keys/mail-keys.ts'
export type {
  Inbox,
  MailboxEvents,
  MailboxService,
  MailboxStatus,
  MailPage,
  Outbox,
  PageOptions,
  SendOptions,
} from './service.ts'
