import { ReplicaError } from '@stoa/replica'
import { asMailboxError } from '../replica-errors.ts'
import type { PeerId } from '@libp2p/interface'
import type { Activity, OutgoingEvent } from '../core/outgoing.ts'
import type { Stepper } from '../steps.ts'
import type { AskRequest } from './keepers.ts'
import type { Letters } from './letters.ts'
import type { Answer } from './mail-client.ts'
import type { MailStore } from './mail-store.ts'
import type { OutboxItem } from './outbox-item.ts'

export interface AttemptsInit {
  minReplicas: number
  store: () => MailStore
  letters: Letters
  step: Stepper
  /** Brings the letter to its receiver, which may be this node. */
  handOver: (peer: PeerId, letter: Uint8Array, signal: AbortSignal) => Promise<Answer>
  /** Asks peers to keep the letter. */
  ask: (request: AskRequest, onAnswer: (peer: string, answer: Answer) => Promise<void>) => Promise<void>
  /** Whether it proves that this letter was delivered. */
  isReceipt: (receipt: Uint8Array, key: Uint8Array) => boolean
  /** What happened on the way, before the end. Resolves when it is durable. */
  tell: (item: OutboxItem, event: OutgoingEvent) => Promise<void>
  /** A receipt came. Resolves when it is durable. */
  receipt: (item: OutboxItem, receipt: Uint8Array) => Promise<void>
}

type Ended = Promise<OutgoingEvent | undefined>

/** What is done for a delivery with peers and the replica. Each ends in an event, or in the receipt. */
export class Attempts {
  readonly #init: AttemptsInit

  constructor(init: AttemptsInit) {
    this.#init = init
  }

  async handOver(item: OutboxItem, signal: AbortSignal): Ended {
    const { letters, store, handOver, step, isReceipt } = this.#init
    // it may have been delivered through somebody else meanwhile
    const held = await letters.get(item.row)
    if (held?.meta.isFinal === true) return this.#delivered(item, held.entry.bytes)
    const letter = (await store().outboxLetter(item.row.key)) ?? held?.entry.bytes
    if (letter === undefined) throw new Error('the letter is gone from the outbox')
    const answer = await step('handed-over', item.row.key, () => handOver(item.peer, letter, signal))
    if (answer.kind !== 'done') return { type: 'handed-over', result: answer }
    // who says that it is done has to prove it
    if (isReceipt(answer.receipt, item.row.key)) return this.#delivered(item, answer.receipt)
    const error = { code: 'refused', message: 'the peer says that it is done, and does not prove it' } as const
    return { type: 'handed-over', result: { kind: 'failed', error, mayHave: true } }
  }

  async publish(item: OutboxItem, signal: AbortSignal): Ended {
    const { letters, step, store } = this.#init
    const letter = await store().outboxLetter(item.row.key)
    if (letter === undefined) throw new Error('the letter is gone from the outbox')
    try {
      await step('published', item.row.key, () => letters.publish(letter, item.row.bucket, signal))
    } catch (error) {
      if (!(error instanceof ReplicaError && error.code === 'superseded')) throw error
      const held = await letters.get(item.row)
      if (held?.meta.isFinal !== true) throw error
      return this.#delivered(item, held.entry.bytes)
    }
    return { type: 'published' }
  }

  async ask(item: OutboxItem, signal: AbortSignal): Ended {
    const { ask, minReplicas, isReceipt, tell, receipt } = this.#init
    const isHolder = (peer: string): boolean => item.outgoing.progress.holders.includes(peer)
    const wanted = minReplicas - item.outgoing.progress.holders.length
    await ask({ place: item.row, wanted, isHolder, signal }, async (peer, answer) => {
      if (answer.kind === 'kept') await tell(item, { type: 'kept', peer })
      else if (answer.kind === 'failed') await tell(item, { type: 'not-kept', error: answer.error })
      else if (isReceipt(answer.receipt, item.row.key)) await receipt(item, answer.receipt)
    })
    return { type: 'asked' }
  }

  async publishReceipt({ row }: OutboxItem, signal: AbortSignal): Ended {
    const { letters } = this.#init
    const { receipt } = row.progress
    const held = await letters.get(row)
    if (receipt !== undefined && held?.meta.isFinal !== true) await letters.publish(receipt, row.bucket, signal)
    return { type: 'receipt-published' }
  }

  /** Nothing is left to be said. */
  async #delivered(item: OutboxItem, receipt: Uint8Array): Promise<undefined> {
    await this.#init.receipt(item, receipt)
  }
}

/** What it is to a delivery that something it began threw. */
export function failureOf(activity: Activity, error: unknown): OutgoingEvent {
  const { code, message } = asMailboxError(error)
  switch (activity) {
    case 'handing-over':
      return { type: 'handed-over', result: { kind: 'failed', error: { code, message }, mayHave: true } }
    case 'asking':
      return { type: 'asked' }
    case 'publishing-receipt':
      return { type: 'receipt-not-published' }
    default:
      return { type: 'not-published', error: { code, message } }
  }
}
