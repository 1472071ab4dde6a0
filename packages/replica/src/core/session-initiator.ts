import { Initiator, ReconcileError } from '@stoa/reconcile'
import { Session } from './session.ts'
import { EndCode } from './sync-message.ts'
import {
  ITEM_ID_BYTES,
  MAX_IDS_PER_MESSAGE,
  MAX_RECONCILE_BYTES,
  MAX_ROUNDS,
  MAX_UNANSWERED_IDS,
} from './sync-limits.ts'
import { Offence } from './sync-offence.ts'
import type { Round } from '@stoa/reconcile'
import type { SessionEffect, SessionInit, SessionReason } from './session.ts'

/** Ids that only we have. Offered when what the peer named before them is here: it may be newer versions of the same. */
interface Offer {
  readonly ids: Uint8Array
  readonly afterSettled: number
}

/**
 * The side that opens the stream. It finds what differs, fetches what it lacks, and offers what the peer lacks; the three go on side by side,
 * so that a first synchronization waits neither for rounds nor for round trips.
 */
export class SyncInitiator extends Session {
  readonly #reconciler: Initiator
  /** To be sent when there are few enough ids to ask for. */
  #heldMessage: Uint8Array | undefined
  #awaitsRound = false
  #offers: Offer[] = []
  #offerIds = 0
  /** Ids in each Offer that has no Want yet. */
  readonly #unanswered: number[] = []
  #unansweredIds = 0
  #haveIds = 0
  #needIds = 0
  /** Why not everything was done. */
  #stopped: SessionReason | undefined
  #isClosing = false

  constructor(init: SessionInit, nowMs: number) {
    super(init, nowMs)
    this.#reconciler = new Initiator(init.set.tree, {
      frameLimitBytes: MAX_RECONCILE_BYTES,
      maxMessageBytes: MAX_RECONCILE_BYTES,
      maxHave: init.options.maxOffers,
    })
  }

  /** The first messages leave together: an equal set costs one round trip, and one more for the end. */
  start(): SessionEffect[] {
    this.sendHello()
    this.#sendRound(this.#reconciler.open())
    return this.takeEffects()
  }

  protected get isWaiting(): boolean {
    return (
      this.#awaitsRound ||
      this.#isClosing ||
      this.#unansweredIds > 0 ||
      this.serve.isBlocked ||
      (this.fetch.askedIds > 0 && this.fetch.hasRoom)
    )
  }

  protected onReconcile(bytes: Uint8Array): void {
    if (!this.#awaitsRound) throw new Offence('out-of-turn', 'a Reconcile that answers none')
    this.#awaitsRound = false
    if (this.#isClosing || this.#stopped !== undefined) return
    const round = this.#next(bytes)
    this.#needIds += round.need.length
    this.#haveIds += round.have.length + round.omitted
    for (const ids of chunks(round.need)) this.fetch.add(ids)
    const room = this.options.maxOffers - this.#offerIds
    for (const ids of chunks(round.have.slice(0, room))) {
      this.#offers.push({ ids, afterSettled: this.fetch.totalIds })
      this.#offerIds += ids.byteLength / ITEM_ID_BYTES
    }
    this.#heldMessage = round.message
    if (round.omitted > 0 || round.have.length > room) this.#stopped ??= 'limit'
    else if (round.message !== undefined && this.rounds >= Math.min(this.options.maxRounds, MAX_ROUNDS)) {
      if (this.rounds >= MAX_ROUNDS && this.#needIds === 0 && this.#haveIds === 0)
        throw new Offence('endless', `${this.rounds} rounds found differences, and no id that differs`)
      this.#stopped ??= 'limit'
    }
  }

  protected onOffer(): void {
    throw new Offence('out-of-turn', 'an Offer from the responder')
  }

  protected onWant(ids: Uint8Array): void {
    const offered = this.#unanswered.shift()
    const count = ids.byteLength / ITEM_ID_BYTES
    if (offered === undefined || count > offered)
      throw new Offence('not-asked', `${count} ids wanted where ${offered ?? 0} were offered`)
    this.#unansweredIds -= offered
    this.serve.wanted(ids)
  }

  protected onEnd(code: EndCode): void {
    if (this.#isClosing && code === EndCode.DONE) return this.#finish()
    if (code === EndCode.BUSY) return this.end('refused', 'busy')
    if (code === EndCode.NOT_READY) return this.end('refused', 'not-ready')
    if (code === EndCode.BAD_MESSAGE) return this.end('failed', 'accused')
    if (code === EndCode.DONE) throw new Offence('out-of-turn', 'an End before ours')
    this.#stopped = code === EndCode.LIMIT ? 'limit' : 'time'
    this.#finish()
  }

  protected advance(): void {
    this.#applyLimits()
    for (let ids = this.fetch.next(this.nowMs); ids !== undefined; ids = this.fetch.next(this.nowMs))
      this.send({ type: 'want', ids })
    if (this.#heldMessage !== undefined && this.fetch.queuedIds < this.options.maxQueuedIds) {
      const message = this.#heldMessage
      this.#heldMessage = undefined
      this.#sendRound(message)
    }
    this.#offerNext()
    if (this.#isClosing || !this.#isQuiet) return
    this.#isClosing = true
    this.send({ type: 'end', code: END_CODES[this.#stopped ?? 'done'] ?? EndCode.LIMIT })
  }

  get #isQuiet(): boolean {
    const isReconciled = this.#stopped !== undefined || (!this.#awaitsRound && this.#heldMessage === undefined)
    return (
      isReconciled &&
      this.#offers.length === 0 &&
      this.#unanswered.length === 0 &&
      this.fetch.isIdle &&
      this.serve.isIdle
    )
  }

  #sendRound(bytes: Uint8Array): void {
    this.rounds++
    this.#awaitsRound = true
    this.send({ type: 'reconcile', bytes })
  }

  #next(bytes: Uint8Array): Round {
    try {
      return this.#reconciler.next(bytes)
    } catch (error) {
      if (error instanceof ReconcileError) throw new Offence('malformed', error.message)
      throw error
    }
  }

  #applyLimits(): void {
    const { maxSessionBytes, maxSessionMs } = this.options
    let cut: SessionReason | undefined
    if (this.fetch.isShut) cut = 'shut'
    else if (this.fetch.isFruitless) cut = 'fruitless'
    else if (this.bytesIn >= maxSessionBytes) cut = 'limit'
    else if (this.nowMs >= this.startMs + maxSessionMs) cut = 'time'
    if (cut !== undefined) {
      this.#stopped = cut
      this.fetch.dropQueue()
      this.#offers = []
    }
    // at a limit of rounds or ids, what is known to differ is still transferred
    if (this.#stopped !== undefined) this.#heldMessage = undefined
  }

  #offerNext(): void {
    while (this.#unansweredIds + MAX_IDS_PER_MESSAGE <= MAX_UNANSWERED_IDS) {
      const first = this.#offers[0]
      if (first === undefined || this.fetch.settledIds < first.afterSettled) return
      this.#offers.shift()
      const ids = this.#stillHeld(first.ids)
      if (ids.byteLength === 0) continue
      const count = ids.byteLength / ITEM_ID_BYTES
      this.#unanswered.push(count)
      this.#unansweredIds += count
      this.send({ type: 'offer', ids })
    }
  }

  #stillHeld(ids: Uint8Array): Uint8Array {
    const held = new Uint8Array(ids.byteLength)
    let end = 0
    for (let at = 0; at < ids.byteLength; at += ITEM_ID_BYTES) {
      const itemId = ids.subarray(at, at + ITEM_ID_BYTES)
      if (this.set.getByItem(itemId) === undefined) continue
      held.set(itemId, end)
      end += ITEM_ID_BYTES
    }
    return held.subarray(0, end)
  }

  #finish(): void {
    if (this.#stopped === undefined) this.end('done', 'done')
    else if (this.#stopped === 'fruitless' || this.#stopped === 'shut') this.end('failed', this.#stopped)
    // claims of other sessions, and what was dropped lately: another session would not do better now
    else if (this.fetch.taken === 0 && this.serve.sent === 0) this.end('failed', 'fruitless')
    else this.end('partial', this.#stopped)
  }
}

const END_CODES: Partial<Record<SessionReason, EndCode>> = {
  done: EndCode.DONE,
  limit: EndCode.LIMIT,
  time: EndCode.TIME,
}

function* chunks(ids: readonly Uint8Array[]): Generator<Uint8Array> {
  for (let from = 0; from < ids.length; from += MAX_IDS_PER_MESSAGE) {
    const part = ids.slice(from, from + MAX_IDS_PER_MESSAGE)
    const chunk = new Uint8Array(part.length * ITEM_ID_BYTES)
    for (const [index, id] of part.entries()) chunk.set(id, index * ITEM_ID_BYTES)
    yield chunk
  }
}
