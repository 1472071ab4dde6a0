import { ReconcileError, respond } from '@stoa/reconcile'
import { Session } from './session.ts'
import { EndCode } from './sync-message.ts'
import { ITEM_ID_BYTES, MAX_RECONCILE_BYTES, MAX_ROUNDS, MAX_UNANSWERED_IDS } from './sync-limits.ts'
import { Offence } from './sync-offence.ts'
import type { SessionEffect } from './session.ts'

/** The side that accepted the stream: it answers, and asks for what it is offered and does not have. */
export class SyncResponder extends Session {
  #peerIsDone = false

  start(): SessionEffect[] {
    this.sendHello()
    return this.takeEffects()
  }

  protected get isWaiting(): boolean {
    // an initiator may be busy judging what we sent: that is waiting, too, and takes no longer than its own limits
    return !this.#peerIsDone && this.fetch.hasRoom
  }

  protected onReconcile(bytes: Uint8Array): void {
    this.#assertNotDone('a Reconcile')
    if (++this.rounds > MAX_ROUNDS) throw new Offence('endless', `round ${this.rounds}, the limit is ${MAX_ROUNDS}`)
    this.send({ type: 'reconcile', bytes: this.#respond(bytes) })
  }

  protected onOffer(ids: Uint8Array): void {
    this.#assertNotDone('an Offer')
    if (ids.byteLength === 0) throw new Offence('malformed', 'an Offer of nothing')
    if (this.fetch.queuedIds + ids.byteLength / ITEM_ID_BYTES > MAX_UNANSWERED_IDS)
      throw new Offence('not-asked', `more than ${MAX_UNANSWERED_IDS} ids offered at once`)
    this.fetch.add(ids)
  }

  protected onWant(ids: Uint8Array): void {
    this.#assertNotDone('a Want')
    if (ids.byteLength === 0) throw new Offence('malformed', 'a Want of nothing')
    this.serve.wanted(ids)
  }

  protected onEnd(code: EndCode): void {
    this.#assertNotDone('a second End')
    if (code === EndCode.BAD_MESSAGE) return this.end('failed', 'accused')
    this.#peerIsDone = true
    this.fetch.dropQueue()
  }

  protected advance(): void {
    const { maxSessionBytes } = this.options
    // an initiator stops asking at half of that by itself
    if (this.bytesIn > 2 * maxSessionBytes || this.serve.sentBytes > 2 * maxSessionBytes) {
      this.send({ type: 'end', code: EndCode.LIMIT })
      return this.end('partial', 'limit', `${this.bytesIn} bytes in, ${this.serve.sentBytes} of entries out`)
    }
    if (this.#peerIsDone) {
      // so that an initiator that is done knows that what it sent is stored
      if (this.fetch.pendingEntries > 0) return
      this.send({ type: 'end', code: EndCode.DONE })
      return this.end('done', 'done')
    }
    for (let ids = this.fetch.nextWhole(this.nowMs); ids !== undefined; ids = this.fetch.nextWhole(this.nowMs))
      this.send({ type: 'want', ids })
  }

  #respond(bytes: Uint8Array): Uint8Array {
    const options = { frameLimitBytes: MAX_RECONCILE_BYTES, maxMessageBytes: MAX_RECONCILE_BYTES }
    try {
      return respond(this.set.tree, bytes, options)
    } catch (error) {
      if (error instanceof ReconcileError) throw new Offence('malformed', error.message)
      throw error
    }
  }

  #assertNotDone(what: string): void {
    if (this.#peerIsDone) throw new Offence('out-of-turn', `${what} after the End`)
  }
}
