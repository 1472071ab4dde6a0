import { ReplicaError } from '@stoa/replica'
import { deliver } from '../core/deliver.ts'
import { isOver, newOutgoing, restoredOutgoing } from '../core/outgoing.ts'
import { MailboxError } from '../errors.ts'
import { toHex } from '../hex.ts'
import { asMailboxError } from '../replica-errors.ts'
import { Lanes } from './lanes.ts'
import { Turns } from './turns.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { Clock } from '@stoa/replica'
import type { DeliverOptions } from '../core/deliver.ts'
import type { Outgoing, OutgoingEffect, OutgoingEvent, Terms } from '../core/outgoing.ts'
import type { MailCounters } from '../counters.ts'
import type { Stepper } from '../steps.ts'
import type { Letters } from './letters.ts'
import type { Answer } from './mail-client.ts'
import type { MailStore } from './mail-store.ts'
import type { OutboxRow } from './outbox-row.ts'

export interface OutboxItem {
  readonly id: string
  row: OutboxRow
  outgoing: Outgoing
  readonly terms: Terms
  readonly peer: PeerId
  /** After a write that failed: time does nothing to it before this. */
  notBeforeMs: number
  /** Who waits for how far it comes. */
  readonly onChange: Set<(failure?: MailboxError) => void>
}

export interface SenderInit {
  options: DeliverOptions
  clock: Clock
  log: Logger
  store: () => MailStore
  letters: Letters
  counters: MailCounters
  step: Stepper
  peerOf: (identity: Uint8Array) => PeerId
  /** Brings the letter to its receiver, which may be this node. */
  handOver: (peer: PeerId, letter: Uint8Array, signal: AbortSignal) => Promise<Answer>
  /** Asks peers to keep the letter, those that are not in `holders`, until so many do. */
  ask: (
    request: { item: OutboxItem; wanted: number; isHolder: (peer: string) => boolean; signal: AbortSignal },
    onAnswer: (peer: string, answer: Answer) => Promise<void>,
  ) => Promise<void>
  /** A receipt that proves that this letter was delivered. */
  isReceipt: (receipt: Uint8Array, key: Uint8Array) => boolean
  onDelivery: (item: OutboxItem) => void
}

/** Deliveries under way at a time: each waits for a peer most of its time. */
const MAX_UNDER_WAY = 32
/** Timers are no longer than this, in ms: a clock that is set back or forth is noticed by then. */
const MAX_DELAY_MS = 60_000

/** The sender's side of all letters: does what the deliveries decide, and brings them what came of it. */
export class Sender {
  readonly items = new Map<string, OutboxItem>()
  readonly #init: SenderInit
  readonly #lanes = new Lanes()
  readonly #turns = new Turns(MAX_UNDER_WAY)
  readonly #underWay = new Set<Promise<void>>()
  #stop = new AbortController()
  #timer: unknown
  #timerMs = Number.POSITIVE_INFINITY
  #isRunning = false

  constructor(init: SenderInit) {
    this.#init = init
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
    this.#init.clock.clearTimeout(this.#timer)
    this.#timerMs = Number.POSITIVE_INFINITY
    this.#stop.abort()
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
    await this.#lanes.idle()
  }

  /** Keeps a new letter, and brings it on its way. Resolves when it is durable. */
  async add(row: Omit<OutboxRow, 'progress'>, letter: Uint8Array): Promise<OutboxItem> {
    const { clock, store, step, counters, onDelivery } = this.#init
    const outgoing = newOutgoing(clock.now())
    const whole = { ...row, progress: outgoing.progress }
    await step('outbox-written', () => store().putOutbox(whole, letter))
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
    await this.#init.step('receipt-seen', () => this.dispatch(item, { type: 'receipt', receipt }))
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
      this.dispatch(item, event).catch((error: unknown) => {
        this.#init.log.error('a change of a delivery could not be stored: %e', error)
      }),
    )
  }

  dispatch(item: OutboxItem, event: OutgoingEvent): Promise<void> {
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
        return this.#start(item, () => this.#handOver(item))
      case 'start-publish':
        return this.#start(item, () => this.#publish(item))
      case 'start-asking':
        return this.#start(item, () => this.#ask(item))
      case 'start-publish-receipt':
        return this.#start(item, () => this.#publishReceipt(item))
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
      if (isEnding && progress.state === 'delivered') await step('delivered-written', write)
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

  async #handOver(item: OutboxItem): Promise<void> {
    const { letters, handOver, step } = this.#init
    // it may have been delivered through somebody else meanwhile
    const held = await letters.get(item.row)
    if (held?.meta.isFinal === true) return void (await this.receipt(item.row.key, held.entry.bytes))
    const letter = (await this.#init.store().outboxLetter(item.row.key)) ?? held?.entry.bytes
    if (letter === undefined) throw new Error('the letter is gone from the outbox')
    const answer = await step('handed-over', () => handOver(item.peer, letter, this.#stop.signal))
    if (this.#stop.signal.aborted) return
    if (answer.kind === 'done') await this.#done(item, answer.receipt)
    else this.post(item, { type: 'handed-over', result: answer })
  }

  /** Who says that it is done has to prove it. */
  async #done(item: OutboxItem, receipt: Uint8Array): Promise<void> {
    if (this.#init.isReceipt(receipt, item.row.key)) return void (await this.receipt(item.row.key, receipt))
    const error = { code: 'refused', message: 'the peer says that it is done, and does not prove it' } as const
    this.post(item, { type: 'handed-over', result: { kind: 'failed', error, mayHave: true } })
  }

  async #publish(item: OutboxItem): Promise<void> {
    const { letters, step, store } = this.#init
    const letter = await store().outboxLetter(item.row.key)
    if (letter === undefined) throw new Error('the letter is gone from the outbox')
    try {
      await step('published', () => letters.publish(letter, item.row.bucket, this.#stop.signal))
    } catch (error) {
      const held =
        error instanceof ReplicaError && error.code === 'superseded' ? await letters.get(item.row) : undefined
      if (held?.meta.isFinal === true) return void (await this.receipt(item.row.key, held.entry.bytes))
      throw error
    }
    this.post(item, { type: 'published' })
  }

  async #ask(item: OutboxItem): Promise<void> {
    const { ask, options } = this.#init
    const { holders } = item.outgoing.progress
    const wanted = options.minReplicas - holders.length
    const { signal } = this.#stop
    const isHolder = (peer: string): boolean => item.outgoing.progress.holders.includes(peer)
    await ask({ item, wanted, isHolder, signal }, async (peer, answer) => {
      if (answer.kind === 'kept') await this.dispatch(item, { type: 'kept', peer })
      else if (answer.kind === 'failed') await this.dispatch(item, { type: 'not-kept', error: answer.error })
      else if (this.#init.isReceipt(answer.receipt, item.row.key)) await this.receipt(item.row.key, answer.receipt)
    })
    this.post(item, { type: 'asked' })
  }

  async #publishReceipt(item: OutboxItem): Promise<void> {
    const { letters } = this.#init
    const { receipt } = item.row.progress
    const held = await letters.get(item.row)
    if (receipt !== undefined && held?.meta.isFinal !== true) {
      await letters.publish(receipt, item.row.bucket, this.#stop.signal)
    }
    this.post(item, { type: 'receipt-published' })
  }

  /** Goes on by itself; what it fails of is an event. */
  #start(item: OutboxItem, work: () => Promise<void>): void {
    const { activity, canWithdraw } = item.outgoing
    const run = async (): Promise<void> => {
      try {
        await this.#turns.run(canWithdraw, async () => {
          if (!this.#stop.signal.aborted) await work()
        })
      } catch (error) {
        if (this.#stop.signal.aborted) return
        this.#init.log('a delivery has to wait: %s', error)
        this.post(item, failureOf(activity, error))
      }
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
          if (state === 'delivered') await this.dispatch(item, { type: 'receipt-published' })
          else await this.receipt(item.row.key, held.entry.bytes)
        } else {
          await this.dispatch(item, { type: 'resumed', held: held === undefined ? 'nothing' : 'letter' })
        }
      } catch (error) {
        this.#init.log.error('a delivery could not be taken up: %e', error)
      }
      this.#schedule(item)
    }
  }

  #hold(row: OutboxRow, outgoing: Outgoing): OutboxItem {
    const peer = this.#init.peerOf(row.to)
    const terms = { expiresMs: row.expiresMs, receiver: peer.toString(), devices: row.devices }
    const item: OutboxItem = { id: toHex(row.key), row, outgoing, terms, peer, notBeforeMs: 0, onChange: new Set() }
    this.items.set(item.id, item)
    return item
  }

  #schedule(item: OutboxItem): void {
    const dueMs = dueAt(item)
    if (dueMs !== undefined) this.#wakeAt(dueMs)
  }

  #wakeAt(atMs: number): void {
    if (!this.#isRunning || atMs >= this.#timerMs) return
    const { clock } = this.#init
    clock.clearTimeout(this.#timer)
    this.#timerMs = atMs
    const delayMs = Math.min(Math.max(1, atMs - clock.now()), MAX_DELAY_MS)
    this.#timer = clock.setTimeout(() => this.#tick(), delayMs)
  }

  #tick(): void {
    const nowMs = this.#init.clock.now()
    this.#timerMs = Number.POSITIVE_INFINITY
    let nextMs = Number.POSITIVE_INFINITY
    for (const item of this.items.values()) {
      const dueMs = dueAt(item)
      if (dueMs === undefined) continue
      if (dueMs <= nowMs) this.post(item, { type: 'due' })
      else nextMs = Math.min(nextMs, dueMs)
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#wakeAt(nextMs)
  }

  #spawn(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked))
    this.#underWay.add(tracked)
  }
}

/** When time does something to it. */
function dueAt({ outgoing, terms, notBeforeMs }: OutboxItem): number | undefined {
  const { progress, activity } = outgoing
  const notBefore = (ms: number): number => Math.max(ms, notBeforeMs)
  if (progress.state === 'delivered') {
    return progress.isPublished && !progress.isReceiptOut && activity === 'none' && progress.nextMs < terms.expiresMs
      ? notBefore(progress.nextMs)
      : undefined
  }
  if (isOver(progress)) return undefined
  return notBefore(activity === 'none' ? Math.min(progress.nextMs, terms.expiresMs) : terms.expiresMs)
}

function failureOf(activity: Outgoing['activity'], error: unknown): OutgoingEvent {
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
