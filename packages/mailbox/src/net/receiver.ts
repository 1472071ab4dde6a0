import { newIncoming, receive, restoredIncoming } from '../core/incoming.ts'
import { toHex } from '../hex.ts'
import { Lanes } from './lanes.ts'
import { Taker } from './taker.ts'
import type { Logger } from '@libp2p/interface'
import type { Clock } from '@stoa/replica'
import type { BackoffOptions } from '../core/backoff.ts'
import type { Incoming, IncomingEffect, IncomingEvent } from '../core/incoming.ts'
import type { LetterEntry, OpenedLetter } from '../letter/letter.ts'
import type { MailStep } from '../steps.ts'
import type { InboxItem } from './inbox-index.ts'
import type { InboxRow } from './inbox-row.ts'
import type { MailStore } from './mail-store.ts'
import type { Arrival, Arrived, TakerInit } from './taker.ts'

export interface ReceiverInit extends Omit<TakerInit, 'add' | 'again'> {
  backoff: BackoffOptions
  clock: Clock
  log: Logger
  store: () => MailStore
  /** @throws {RejectionError} */
  parse: (bytes: Uint8Array) => LetterEntry
  /** Brings a receipt to the sender, or to everybody. @throws when it cannot now */
  sendReceipt: (row: InboxRow) => Promise<void>
  onLetter: (item: InboxItem, opened: OpenedLetter | undefined) => void | Promise<void>
  onCleared: (id: string) => void
  /** There was no room for a letter, and now there is. */
  onRoom: () => void
  /** A receipt waits for its time. */
  onWait: (atMs: number) => void
}

/** The receiver's side of all letters: opens what is for this identity, keeps it, and brings the receipts out. */
export class Receiver {
  readonly #init: ReceiverInit
  readonly #lanes = new Lanes()
  readonly #taker: Taker
  readonly #underWay = new Set<Promise<void>>()
  #isStopped = true

  constructor(init: ReceiverInit) {
    this.#init = init
    this.#taker = new Taker({
      ...init,
      add: arrived => this.#add(arrived),
      again: item => this.#dispatch(item, { type: 'letter-seen' }),
    })
  }

  /** After the rows were loaded. */
  resume(): void {
    this.#isStopped = false
    this.#spawn(this.#takeUp(true))
  }

  /** The store takes writes again: what could not be written may be due. */
  recheck(): void {
    if (!this.#isStopped) this.#spawn(this.#takeUp(false))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
    await this.#lanes.idle()
    this.#taker.clear()
  }

  /** Whether a letter of the replica has been looked at. */
  isKnown(key: Uint8Array): boolean {
    return this.#taker.isKnown(key)
  }

  /** The replica has it no more. */
  forget(key: Uint8Array): void {
    this.#taker.forget(key)
  }

  /** @param mayOpen asked before the dear part */
  async take(entry: LetterEntry, from: 'replica' | 'peer', mayOpen: () => boolean = () => true): Promise<Arrival> {
    if (this.#isStopped) return { kind: 'busy' }
    return this.#lanes.run(toHex(entry.key), () => this.#taker.take(entry, from, mayOpen))
  }

  /** Resolves when it is durable. */
  async acknowledge(item: InboxItem): Promise<void> {
    await this.#lanes.run(item.id, () => this.#dispatch(item, { type: 'acknowledged' }))
    if (this.#taker.takeRoom()) this.#init.onRoom()
  }

  receiptSeen(key: Uint8Array): void {
    const item = this.#init.index.get(toHex(key))
    if (item !== undefined) this.#post(item, { type: 'receipt-seen' })
  }

  /** Receipts whose time has come. */
  due(nowMs: number): void {
    for (const item of this.#init.index.values()) {
      const { reading, nextMs, isSending } = item.incoming
      if (reading.state === 'unread' || reading.isReceiptOut || isSending) continue
      if (nextMs <= nowMs) this.#post(item, { type: 'due' })
      else this.#init.onWait(nextMs)
    }
  }

  /** Lets go of what no letter can come back of. */
  async purge(untilMs: number): Promise<void> {
    const { index, store } = this.#init
    const over = [...index.values()].filter(
      ({ row, incoming }) => incoming.reading.state !== 'unread' && row.expiresMs < untilMs,
    )
    if (over.length === 0) return
    await store().removeInbox(over.map(({ row }) => row.key))
    for (const item of over) index.remove(item)
  }

  /** The letter again, from its row, or from the replica when the row was damaged. */
  async read({ row }: InboxItem): Promise<OpenedLetter | undefined> {
    const { store, letters, log } = this.#init
    const bytes = await store().inboxLetter(row.key)
    const entry = bytes === undefined ? (await letters.get(row))?.entry : this.#init.parse(bytes)
    if (entry === undefined) return undefined
    try {
      return await this.#taker.open(entry)
    } catch (error) {
      log.error('a letter of the inbox does not open any more: %e', error)
      return undefined
    }
  }

  async #add({ id, entry, opened, message }: Arrived): Promise<boolean> {
    const { clock, log } = this.#init
    const incoming = newIncoming()
    const { key, createdMs, expiresMs, header } = entry
    const { from, receipt } = opened
    const { bucket } = header
    const { reading } = incoming
    const row = { key, from, message, receipt, createdMs, expiresMs, receivedMs: clock.now(), bucket, reading }
    const item: InboxItem = { id, row, incoming, order: -1 }
    try {
      await this.#dispatch(item, { type: 'arrived' }, { letter: entry.bytes, opened })
    } catch (error) {
      log.error('a letter could not be stored: %e', error)
      return false
    }
    // another node of this identity may have acknowledged it in this moment
    if (await this.#isReceiptHeld(row)) this.#post(item, { type: 'receipt-seen' })
    return true
  }

  async #isReceiptHeld(row: InboxRow): Promise<boolean> {
    return (await this.#init.letters.get(row))?.meta.isFinal === true
  }

  /** @param isStart letters that wait are told again */
  async #takeUp(isStart: boolean): Promise<void> {
    // those that come meanwhile are told as they come
    const all = Array.from(this.#init.index.values())
    for (const item of all) {
      const { state, isReceiptOut } = item.incoming.reading
      if (this.#isStopped) return
      if (state !== 'unread' && isReceiptOut) continue
      try {
        // it may have come when the row could not be written any more
        const isHeld = await this.#isReceiptHeld(item.row)
        if (!isHeld && !isStart && state === 'unread') continue
        const type = isHeld ? 'receipt-seen' : 'resumed'
        await this.#lanes.run(item.id, () => this.#dispatch(item, { type }))
      } catch (error) {
        this.#init.log.error('a letter of the inbox could not be taken up: %e', error)
      }
    }
  }

  /** In the lane of the letter, and not waited for. */
  #post(item: InboxItem, event: IncomingEvent): void {
    if (this.#isStopped) return
    this.#spawn(
      this.#lanes
        .run(item.id, () => this.#dispatch(item, event))
        .catch((error: unknown) => {
          this.#init.log.error('a change of a letter could not be stored: %e', error)
          this.#init.onWait(this.#init.clock.now() + this.#init.backoff.retryMs)
        }),
    )
  }

  #spawn(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked))
    this.#underWay.add(tracked)
  }

  async #dispatch(
    item: InboxItem,
    event: IncomingEvent,
    arrived?: { letter: Uint8Array; opened: OpenedLetter },
  ): Promise<void> {
    const { backoff, clock } = this.#init
    const moment = { nowMs: clock.now(), jitter: Math.random() }
    const { incoming, effects } = receive(item.incoming, event, backoff, moment)
    if (effects[0] !== 'persist') item.incoming = incoming
    for (const effect of effects) await this.#perform(effect, item, incoming, event, arrived)
    if (event.type === 'receipt-not-sent') this.#init.onWait(incoming.nextMs)
  }

  async #perform(
    effect: IncomingEffect,
    item: InboxItem,
    incoming: Incoming,
    event: IncomingEvent,
    arrived: { letter: Uint8Array; opened: OpenedLetter } | undefined,
  ): Promise<void> {
    const { step, onLetter, onCleared, counters } = this.#init
    switch (effect) {
      case 'persist':
        return this.#persist(item, incoming, event, arrived?.letter)
      case 'tell':
        return step('told', item.row.key, () => onLetter(item, arrived?.opened))
      case 'tell-cleared':
        counters.cleared++
        return onCleared(item.id)
      case 'start-receipt':
        this.#spawn(this.#send(item))
    }
  }

  async #persist(
    item: InboxItem,
    incoming: Incoming,
    event: IncomingEvent,
    letter: Uint8Array | undefined,
  ): Promise<void> {
    const { index, store, step, counters } = this.#init
    const { reading } = incoming
    const isRead = reading.state !== 'unread'
    // who wrote is needed no longer than somebody has to be told, and the letter no longer than it is to be read
    const row = { ...item.row, reading, from: reading.isReceiptOut ? undefined : item.row.from }
    const wasUnread = item.incoming.reading.state === 'unread'
    try {
      await step(stepOf(event), row.key, () => store().putInbox(row, isRead && wasUnread ? 'forget' : letter))
    } catch (error) {
      // as after a crash: what is on the disk holds
      const nextMs = this.#init.clock.now() + this.#init.backoff.retryMs
      item.incoming = { ...restoredIncoming(item.row.reading), nextMs }
      throw error
    }
    item.row = row
    item.incoming = incoming
    if (event.type === 'arrived') index.add(item)
    if (event.type === 'acknowledged') counters.acknowledged++
    if (isRead) index.read(item)
  }

  async #send(item: InboxItem): Promise<void> {
    const { sendReceipt, step, clock, log } = this.#init
    try {
      if (item.row.expiresMs > clock.now()) await step('receipt-sent', item.row.key, () => sendReceipt(item.row))
      this.#post(item, { type: 'receipt-sent' })
    } catch (error) {
      log('a receipt has to wait: %s', error)
      this.#post(item, { type: 'receipt-not-sent' })
    }
  }
}

function stepOf({ type }: IncomingEvent): MailStep {
  if (type === 'arrived') return 'inbox-written'
  return type === 'acknowledged' ? 'ack-written' : 'receipt-marked'
}
