import { backoffMs } from './backoff.ts'
import { isOver } from './outgoing.ts'
import type { BackoffOptions } from './backoff.ts'
import type { DeliveryError, Outgoing, OutgoingEffect, OutgoingEvent, Progress, Terms } from './outgoing.ts'

export interface DeliverOptions extends BackoffOptions {
  /** How many peers shall keep it. */
  readonly minReplicas: number
}

export interface Moment {
  readonly nowMs: number
  /** 0 to 1, drawn for each event. */
  readonly jitter: number
}

export interface Step {
  readonly outgoing: Outgoing
  readonly effects: readonly OutgoingEffect[]
}

/**
 * One event of the sender's side of one letter: spec/mailbox.md §9. An attempt is: hand it over; when that is not enough, publish it; then ask
 * peers to keep it. It ends with the time of the next one. What changes is on the disk before anybody is told.
 */
export function deliver(
  outgoing: Outgoing,
  event: OutgoingEvent,
  terms: Terms,
  options: DeliverOptions,
  moment: Moment,
): Step {
  return new Delivering(outgoing, terms, options, moment).on(event)
}

class Delivering {
  readonly #before: Outgoing
  readonly #terms: Terms
  readonly #options: DeliverOptions
  readonly #moment: Moment
  #now: Outgoing
  #start: OutgoingEffect | undefined
  #mustPersist = false

  constructor(outgoing: Outgoing, terms: Terms, options: DeliverOptions, moment: Moment) {
    this.#before = this.#now = outgoing
    this.#terms = terms
    this.#options = options
    this.#moment = moment
  }

  on(event: OutgoingEvent): Step {
    if (event.type === 'not-published' && this.#isAt('publishing') && this.#now.canWithdraw) {
      this.#progress({ state: 'failed', error: event.error })
      this.#activity('none')
      return { outgoing: this.#now, effects: ['withdraw', 'tell'] }
    }
    this.#take(event)
    const effects: OutgoingEffect[] = []
    if (this.#mustPersist) effects.push('persist')
    if (this.#mustPersist && isTold(this.#before.progress, this.#now.progress)) effects.push('tell')
    if (this.#start !== undefined) effects.push(this.#start)
    return { outgoing: this.#now, effects }
  }

  #take(event: OutgoingEvent): void {
    switch (event.type) {
      case 'resumed':
        return this.#resume(event.held === 'letter')
      case 'due':
        return this.#attempt()
      case 'peer-came':
        return this.#peerCame(event.peer)
      case 'handed-over':
        if (!this.#isAt('handing-over')) return
        if (event.result.kind === 'kept') return this.#handedOver()
        if (event.result.mayHave) this.#now = { ...this.#now, canWithdraw: false }
        this.#progress({ error: event.result.error })
        return this.#publish()
      case 'published':
        // the row has to say so when a receipt overtook it: it has to be published then, too
        if (!this.#now.progress.isPublished) this.#persist({ isPublished: true })
        this.#now = { ...this.#now, canWithdraw: false }
        if (this.#isAt('publishing')) return this.#ask()
        return this.#publishReceipt()
      case 'not-published':
        if (!this.#isAt('publishing')) return
        this.#progress({ error: event.error })
        return this.#end()
      case 'kept':
        return this.#kept(event.peer)
      case 'not-kept':
        if (this.#isAt('asking') && this.#now.progress.holders.length === 0) this.#progress({ error: event.error })
        return
      case 'asked':
        if (this.#isAt('asking')) this.#end()
        return
      case 'receipt':
        return this.#delivered(event.receipt)
      case 'receipt-published':
        this.#activity('none')
        return this.#persist({ isReceiptOut: true })
      case 'receipt-not-published':
        return this.#end()
      case 'released':
        this.#now = { ...this.#now, canWithdraw: false }
    }
  }

  /** What was published may not have reached the row before a crash, or the replica may have lost it. */
  #resume(isPublished: boolean): void {
    if (isPublished !== this.#now.progress.isPublished) this.#persist({ isPublished })
    if (this.#now.progress.state === 'delivered') return this.#publishReceipt()
    if (!isOver(this.#now.progress) && this.#isAt('none')) this.#progress({ nextMs: this.#moment.nowMs })
  }

  #attempt(): void {
    const { progress, activity } = this.#now
    if (progress.state === 'delivered') {
      if (activity === 'none') this.#publishReceipt()
      return
    }
    if (isOver(progress)) return
    if (this.#moment.nowMs >= this.#terms.expiresMs) {
      this.#activity('none')
      return this.#persist({ state: 'expired' })
    }
    if (activity !== 'none') return
    this.#progress({ attempts: progress.attempts + 1 })
    this.#activity('handing-over')
    this.#start = 'start-hand-over'
  }

  #peerCame(peer: string): void {
    const { progress, activity } = this.#now
    if (isOver(progress) || activity !== 'none' || this.#moment.nowMs >= this.#terms.expiresMs) return
    if (peer === this.#terms.receiver) return this.#attempt()
    if (!progress.isPublished || !this.#needsMore() || progress.holders.includes(peer)) return
    this.#activity('asking')
    this.#start = 'start-asking'
  }

  #handedOver(): void {
    this.#now = { ...this.#now, canWithdraw: false }
    this.#hold(this.#terms.receiver, { isHandedOver: true })
    // one device is one inbox, and it has it
    if (this.#terms.devices === 1) this.#end()
    else this.#publish()
  }

  /** At every attempt: its place may have become too cheap since, and those who said that they keep it have dropped it. */
  #publish(): void {
    this.#activity('publishing')
    this.#start = 'start-publish'
  }

  #ask(): void {
    if (!this.#needsMore()) return this.#end()
    this.#activity('asking')
    this.#start = 'start-asking'
  }

  #kept(peer: string): void {
    const { progress } = this.#now
    if (isOver(progress) || progress.holders.includes(peer)) return
    this.#hold(peer, {})
  }

  #hold(peer: string, also: Partial<Progress>): void {
    const { holders } = this.#now.progress
    const now = holders.includes(peer) ? holders : [...holders, peer]
    this.#persist({ state: 'stored', holders: now, error: undefined, ...also })
  }

  #delivered(receipt: Uint8Array): void {
    if (this.#now.progress.state === 'delivered') return
    this.#now = { ...this.#now, canWithdraw: false }
    this.#activity('none')
    this.#persist({ state: 'delivered', receipt, error: undefined })
    this.#publishReceipt()
  }

  /** Those who keep the letter keep the receipt instead, once they have it. It may have come to this node alone. */
  #publishReceipt(): void {
    const { state, isPublished, isReceiptOut } = this.#now.progress
    if (state !== 'delivered' || !isPublished || isReceiptOut || this.#isAt('publishing-receipt')) return
    if (this.#moment.nowMs >= this.#terms.expiresMs) return
    this.#activity('publishing-receipt')
    this.#start = 'start-publish-receipt'
  }

  /** Of an attempt. */
  #end(): void {
    const { nowMs, jitter } = this.#moment
    const { attempts } = this.#now.progress
    this.#activity('none')
    this.#persist({ nextMs: nowMs + backoffMs(Math.max(1, attempts), this.#options, jitter) })
  }

  #needsMore(): boolean {
    return this.#now.progress.holders.length < this.#options.minReplicas
  }

  #isAt(activity: Outgoing['activity']): boolean {
    return this.#now.activity === activity
  }

  #activity(activity: Outgoing['activity']): void {
    this.#now = { ...this.#now, activity }
  }

  #persist(change: Partial<Progress>): void {
    this.#progress(change)
    this.#mustPersist = true
  }

  #progress(change: Partial<Progress>): void {
    const { progress } = this.#now
    const state = change.state ?? progress.state
    const changedMs = state === progress.state ? progress.changedMs : this.#moment.nowMs
    this.#now = { ...this.#now, progress: { ...progress, ...change, changedMs } }
  }
}

/** Whether whoever follows the delivery sees a difference. */
function isTold(before: Progress, after: Progress): boolean {
  return (
    before.state !== after.state ||
    before.holders.length !== after.holders.length ||
    before.isHandedOver !== after.isHandedOver ||
    before.attempts !== after.attempts ||
    !isSame(before.error, after.error)
  )
}

function isSame(a: DeliveryError | undefined, b: DeliveryError | undefined): boolean {
  return a?.code === b?.code && a?.message === b?.message
}
