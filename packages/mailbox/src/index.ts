export { MailboxError } from './errors.ts'
export { RejectionError } from './rejection.ts'
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
