import type { PeerId, Startable, TypedEventTarget } from '@libp2p/interface'
import type { ReplicaStatus, SyncProgress } from '@stoa/replica'
import type { RejectionCode } from './rejection.ts'
import type { Delivery, DeliveryState } from './delivery.ts'
import type { MailCounters } from './counters.ts'
import type { OwnMailKeys } from './own-keys.ts'
import type { ReceivedLetter } from './received-letter.ts'

export interface SendOptions {
  /** Printable ASCII, at most 100 bytes. Default: none. */
  contentType?: string
  /** How long the letter can wait for its receiver, in ms. Default and at most 15 days; rounded up to the minute. */
  ttlMs?: number
  /** How long `send` waits for the letter to be stored by others, in ms; then it resolves with the state that was reached. Default 30,000. */
  waitMs?: number
  /** Ends the wait, and what comes before it. A letter that is in the outbox by then stays there. */
  signal?: AbortSignal
}

export interface PageOptions {
  /** The id of the last one of the page before. */
  after?: string
  /** 1 to 1,000. Default 100. */
  limit?: number
}

export interface MailPage<T> {
  readonly items: readonly T[]
  /** What `after` takes for the next page. Undefined: there is none. */
  readonly next: string | undefined
}

/** Letters that were received and not acknowledged, oldest first; then those that come. Ends when the service stops. */
export interface Inbox extends AsyncIterable<ReceivedLetter> {
  list(options?: PageOptions): Promise<MailPage<ReceivedLetter>>
  /** Undefined when there is none of this id that is not acknowledged. */
  get(id: string): Promise<ReceivedLetter | undefined>
  /** All that wait now, and those that come, until the signal aborts or the service stops. */
  watch(options?: { signal?: AbortSignal }): AsyncIterableIterator<ReceivedLetter, undefined>
}

export interface Outbox {
  list(options?: PageOptions & { state?: DeliveryState }): Promise<MailPage<Delivery>>
  /** Each change of a delivery from now on. */
  watch(options?: { signal?: AbortSignal }): AsyncIterableIterator<Delivery, undefined>
}

export interface MailboxEvents {
  /** A letter is in the inbox, durable. Told again after a restart while it is not acknowledged. */
  letter: CustomEvent<ReceivedLetter>
  /** Another node of this identity acknowledged a letter of the inbox. */
  cleared: CustomEvent<{ readonly id: string }>
  delivery: CustomEvent<Delivery>
  /** Something that claimed to be for us was not what it must be: spec/mailbox.md. */
  rejected: CustomEvent<{ readonly code: RejectionCode; readonly id: string }>
  sync: CustomEvent<SyncProgress>
  'read-only': CustomEvent<{ readonly reason: string }>
  writable: CustomEvent<void>
}

export interface MailboxStatus {
  readonly letters: readonly ReplicaStatus[]
  readonly keys: ReplicaStatus
  /** Letters not acknowledged. */
  readonly unread: number
  /** Deliveries by state. */
  readonly outbox: Readonly<Record<DeliveryState, number>>
  readonly counters: Readonly<MailCounters>
}

/** Sealed letters for people who may be offline: spec/mailbox.md. */
export interface MailboxService extends Startable, TypedEventTarget<MailboxEvents> {
  readonly network: string
  readonly inbox: Inbox
  readonly outbox: Outbox
  /**
   * Seals a letter to all devices of an identity, keeps it in the outbox, and brings it on its way. Resolves when `minReplicas` peers (or all
   * that are connected, where there are fewer) confirmed that they keep it, when its receiver has it, or after `waitMs` with the state that was
   * reached; it is on its way then, across restarts.
   * @throws {MailboxError} `bad-option`, `too-large`, `bad-ttl`, `no-key`, `unsupported-key`, `too-dear`, `no-room`, `read-only`, `outbox-full`,
   * `not-started`, `aborted`
   */
  send(to: PeerId | string, body: Uint8Array, options?: SendOptions): Promise<Delivery>
  /** Undefined when this node sent no such letter, or it is long over. */
  status(id: string): Promise<Delivery | undefined>
  /** This node's own mail keys, public parts. */
  ownKeys(): OwnMailKeys
  stats(): MailboxStatus
}
