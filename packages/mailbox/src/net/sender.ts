import { deliver } from '../core/deliver.ts'
import { dueAt } from '../core/due.ts'
import { isOver, newOutgoing, restoredOutgoing } from '../core/outgoing.ts'
import { MailboxError } from '../errors.ts'
import { toHex } from '../hex.ts'
import { peerOf } from '../peer-of.ts'
import { asMailboxError } from '../replica-errors.ts'
import { Attempts, failureOf } from './attempts.ts'
import { Lanes } from './lanes.ts'
import { Turns } from './turns.ts'
import { Wakeup } from './wakeup.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { Clock } from '@stoa/replica'
import type { DeliverOptions } from '../core/deliver.ts'
import type { Outgoing, OutgoingEffect, OutgoingEvent } from '../core/outgoing.ts'
import type { MailCounters } from '../counters.ts'
import type { Stepper } from '../steps.ts'
import type { AttemptsInit } from './attempts.ts'
import type { Letters } from './letters.ts'
import type { MailStore } from './mail-store.ts'
import type { OutboxItem } from './outbox-item.ts'
import type { OutboxRow } from './outbox-row.ts'

export interface SenderInit {
  options: DeliverOptions
  clock: Clock
  log: Logger
  store: () => MailStore
  letters: Letters
  counters: MailCounters
  step: Stepper
  attempts: Pick<AttemptsInit, 'handOver' | 'ask' | 'isReceipt'>
  onDelivery: (item: OutboxItem) => void
}

/** Deliveries under way at a time: each waits for a peer most of its time. */
const MAX_UNDER_WAY = 32

/** The sender's side of all letters: does what the deliveries decide, and brings them what came of it. */
export class Sender {
  readonly items = new Map<string, OutboxItem>()
  readonly #init: SenderInit
  readonly #lanes = new Lanes()
  readonly #turns = new Turns(MAX_UNDER_WAY)
  readonly #attempts: Attempts
  readonly #wakeup: Wakeup
  readonly #underWay = new Set<Promise<void>>()
  #stop = new AbortController()
  #isRunning = false

  constructor(init: SenderInit) {
    this.#init = init
    const { options, store, letters, step, attempts, clock } = init
    this.#attempts = new Attempts({
      ...attempts,
      minReplicas: options.minReplicas,
      store,
      letters,
      step,
      tell: (item, event) => this.#happen(item, event),
      receipt: async ({ row }, receipt) => void (await this.receipt(row.key, receipt)),
    })
    this.#wakeup = new Wakeup(clock, () => this.#tick())
  }

  /** A row that was loaded. */
  restore(row: OutboxRow): void {
    this.#hold(row, restoredOutgoing(row.progress))
  }

  /** Takes up what was under way. */
  resume(): void {
    if (this.#stop.signal.aborted) this.#stop = new AbortController()
    this.#isRunning = true
    this.#spawn(this.#resume())
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.#wakeup.stop()
    this.#stop.abort()
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
    await this.#lanes.idle()
  }

  /** Keeps a new letter, and brings it on its way. Resolves when it is durable. */
  async add(row: Omit<OutboxRow, 'progress'>, letter: Uint8Array): Promise<OutboxItem> {
    const { clock, store, step, counters, onDelivery } = this.#init
    const outgoing = newOutgoing(clock.now())
    const whole = { ...row, progress: outgoing.progress }
    await step('outbox-written', row.key, () => store().putOutbox(whole, letter))
    const item = this.#hold(whole, outgoing)
    counters.sent++
    onDelivery(item)
    this.post(item, { type: 'due' })
    return item
  }

  /** What proves it, from wherever. False when no such letter was sent from here. Resolves when it is durable. */
  async receipt(key: Uint8Array, receipt: Uint8Array): Promise<boolean> {
    if (!this.#isRunning) throw new MailboxError('not-started', 'mailbox() was stopped')
    const item = this.items.get(toHex(key))
    if (item === undefined) return false
    // it comes by every way there is
    if (item.outgoing.progress.state === 'delivered') return true
    await this.#init.step('receipt-seen', key, () => this.#happen(item, { type: 'receipt', receipt }))
    return true
  }

  peerCame(peer: PeerId): void {
    const text = peer.toString()
    for (const item of this.items.values()) {
      if (!isOver(item.outgoing.progress)) this.post(item, { type: 'peer-came', peer: text })
    }
  }

  /** Removes what expired before `untilMs`, and the oldest of what is over when it is more than `maxOver`. */
  async purge(untilMs: number, maxOver: number): Promise<void> {
    const over = [...this.items.values()].filter(({ outgoing }) => isOver(outgoing.progress))
    const tooMany = over.length - maxOver
    const gone = over.filter(({ row }, index) => index < tooMany || row.expiresMs < untilMs)
    if (gone.length === 0) return
    await this.#init.store().removeOutbox(gone.map(({ row }) => row.key))
    for (const { id } of gone) this.items.delete(id)
  }

  /** In the lane of the letter, and not waited for. */
  post(item: OutboxItem, event: OutgoingEvent): void {
    if (!this.#isRunning) return
    this.#spawn(
      this.#happen(item, event).catch((error: unknown) => {
        this.#init.log.error('a change of a delivery could not be stored: %e', error)
      }),
    )
  }

  /** Resolves when what it changed is durable. */
  #happen(item: OutboxItem, event: OutgoingEvent): Promise<void> {
    return this.#lanes.run(item.id, () => this.#dispatch(item, event))
  }

  async #dispatch(item: OutboxItem, event: OutgoingEvent): Promise<void> {
    if (this.items.get(item.id) !== item) return
    const { options, clock } = this.#init
    const moment = { nowMs: clock.now(), jitter: Math.random() }
    const { outgoing, effects } = deliver(item.outgoing, event, item.terms, options, moment)
    if (!effects.includes('persist')) item.outgoing = outgoing
    for (const effect of effects) await this.#perform(effect, item, outgoing)
    for (const tell of item.onChange) tell()
    this.#schedule(item)
  }

  async #perform(effect: OutgoingEffect, item: OutboxItem, outgoing: Outgoing): Promise<void> {
    switch (effect) {
      case 'persist':
        return this.#persist(item, outgoing)
      case 'tell':
        return this.#init.onDelivery(item)
      case 'withdraw':
        return this.#withdraw(item)
      case 'start-hand-over':
        return this.#start(item, signal => this.#attempts.handOver(item, signal))
      case 'start-publish':
        return this.#start(item, signal => this.#attempts.publish(item, signal))
      case 'start-asking':
        return this.#start(item, signal => this.#attempts.ask(item, signal))
      case 'start-publish-receipt':
        return this.#start(item, signal => this.#attempts.publishReceipt(item, signal))
    }
  }

  async #persist(item: OutboxItem, outgoing: Outgoing): Promise<void> {
    const { store, step, counters, clock, options } = this.#init
    const before = item.row.progress.state
    const { progress } = outgoing
    const row = { ...item.row, progress }
    const isEnding = isOver(progress) && !isOver(item.row.progress)
    const write = (): Promise<void> => store().putOutbox(row, isEnding ? 'forget' : undefined)
    try {
      if (isEnding && progress.state === 'delivered') await step('delivered-written', row.key, write)
      else await write()
    } catch (error) {
      // as after a crash: what is on the disk holds
      item.outgoing = restoredOutgoing(item.row.progress)
      item.notBeforeMs = clock.now() + options.retryMs
      this.#schedule(item)
      throw error
    }
    item.row = row
    item.outgoing = outgoing
    if (before === progress.state) return
    if (progress.state === 'delivered') counters.delivered++
    if (progress.state === 'expired') counters.expired++
  }

  async #withdraw(item: OutboxItem): Promise<void> {
    const { error } = item.outgoing.progress
    try {
      await this.#init.store().removeOutbox([item.row.key])
    } catch {
      // it is in the outbox, so its sender hears that it is on its way
      item.outgoing = restoredOutgoing({ ...item.row.progress, error })
      item.notBeforeMs = this.#init.clock.now() + this.#init.options.retryMs
      return
    }
    this.items.delete(item.id)
    this.#init.counters.sent--
    const failure = asMailboxError(error)
    for (const tell of item.onChange) tell(failure)
  }

  /** Goes on by itself; its end is an event. */
  #start(item: OutboxItem, work: (signal: AbortSignal) => Promise<OutgoingEvent | undefined>): void {
    const { activity, canWithdraw } = item.outgoing
    const { signal } = this.#stop
    const run = async (): Promise<void> => {
      let ended: OutgoingEvent | undefined
      try {
        ended = await this.#turns.run(canWithdraw, async () => (signal.aborted ? undefined : work(signal)))
      } catch (error) {
        this.#init.log('a delivery has to wait: %s', error)
        ended = failureOf(activity, error)
      }
      if (ended !== undefined && !signal.aborted) this.post(item, ended)
    }
    this.#spawn(run())
  }

  async #resume(): Promise<void> {
    const all = Array.from(this.items.values())
    for (const item of all) {
      const { state, isReceiptOut } = item.outgoing.progress
      if (!this.#isRunning) return
      if (state === 'delivered' ? isReceiptOut : isOver(item.outgoing.progress)) continue
      try {
        const held = await this.#init.letters.get(item.row)
        if (held?.meta.isFinal === true) {
          if (state === 'delivered') await this.#happen(item, { type: 'receipt-published' })
          else await this.receipt(item.row.key, held.entry.bytes)
        } else {
          await this.#happen(item, { type: 'resumed', held: held === undefined ? 'nothing' : 'letter' })
        }
      } catch (error) {
        this.#init.log.error('a delivery could not be taken up: %e', error)
      }
      this.#schedule(item)
    }
  }

  #hold(row: OutboxRow, outgoing: Outgoing): OutboxItem {
    const peer = peerOf(row.to)
    const terms = { expiresMs: row.expiresMs, receiver: peer.toString(), devices: row.devices }
    const item: OutboxItem = { id: toHex(row.key), row, outgoing, terms, peer, notBeforeMs: 0, onChange: new Set() }
    this.items.set(item.id, item)
    return item
  }

  #schedule(item: OutboxItem): void {
    const dueMs = whenDue(item)
    if (dueMs !== undefined && this.#isRunning) this.#wakeup.at(dueMs)
  }

  #tick(): void {
    const nowMs = this.#init.clock.now()
    for (const item of this.items.values()) {
      const dueMs = whenDue(item)
      if (dueMs === undefined) continue
      if (dueMs <= nowMs) this.post(item, { type: 'due' })
      else this.#wakeup.at(dueMs)
    }
  }

  #spawn(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked))
    this.#underWay.add(tracked)
  }
}

function whenDue({ outgoing, terms, notBeforeMs }: OutboxItem): number | undefined {
  const dueMs = dueAt(outgoing, terms)
  return dueMs === undefined ? undefined : Math.max(dueMs, notBeforeMs)
}
