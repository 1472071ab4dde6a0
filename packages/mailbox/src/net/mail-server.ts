import { ReplicaError } from '@stoa/replica'
import { MailCode } from '../gen/mailbox.js'
import { toHex } from '../hex.ts'
import { slotCount } from '../letter/codec.ts'
import { proofError } from '../letter/proof.ts'
import { RejectionError } from '../rejection.ts'
import { PeerLimits } from './peer-limits.ts'
import type { Clock, Verdict } from '@stoa/replica'
import type { RequestContext } from '@stoa/direct'
import type { MailCounters } from '../counters.ts'
import type { MailRequest, MailResponse, Place } from '../gen/mailbox.js'
import type { LetterEntry } from '../letter/letter.ts'
import type { RejectionCode } from '../rejection.ts'
import type { Stepper } from '../steps.ts'
import type { Letters } from './letters.ts'
import type { Receiver } from './receiver.ts'

export interface MailServerInit {
  clock: Clock
  /** How far ahead of this node's clock a letter may have been created, in ms. */
  maxClockSkewMs: number
  /** Of this identity. */
  bucket: number
  letters: Letters
  receiver: Pick<Receiver, 'take'>
  counters: MailCounters
  step: Stepper
  /** @throws {RejectionError} */
  parse: (bytes: Uint8Array) => LetterEntry
  /** False when no such letter was sent from here. Resolves when it is durable. @throws when it cannot be stored */
  takeReceipt: (entry: LetterEntry) => Promise<boolean>
  onRejected: (code: RejectionCode, id: string) => void
}

const NOTHING = new Uint8Array(0)
const KEPT: MailResponse = { code: MailCode.MAIL_KEPT, receipt: NOTHING }
const NOT_MINE: MailResponse = { code: MailCode.MAIL_NOT_MINE, receipt: NOTHING }
const REFUSED: MailResponse = { code: MailCode.MAIL_REFUSED, receipt: NOTHING }
const BAD_STAMP: MailResponse = { code: MailCode.MAIL_BAD_STAMP, receipt: NOTHING }
const NO_ROOM: MailResponse = { code: MailCode.MAIL_NO_ROOM, receipt: NOTHING }
const BUSY: MailResponse = { code: MailCode.MAIL_BUSY, receipt: NOTHING }

/** Answers the mail protocol: spec/mailbox.md §8. All that is cheap is looked at first. */
export class MailServer {
  readonly #init: MailServerInit
  readonly #limits: PeerLimits

  constructor(init: MailServerInit) {
    this.#init = init
    this.#limits = new PeerLimits(init.clock)
  }

  async answer(request: MailRequest, { peer }: Pick<RequestContext, 'peer'>): Promise<MailResponse> {
    const from = peer.toString()
    const answer = await this.#limits.run(from, async () => {
      try {
        if (request.keep !== undefined) return await this.#keep(request.keep, from)
        if (request.handOver !== undefined) return await this.#handOver(request.handOver, from)
        if (request.receipt !== undefined) return await this.#receipt(request.receipt)
        return REFUSED
      } catch (error) {
        if (error instanceof RejectionError) return REFUSED
        // the store takes no writes, or this node stops
        return BUSY
      }
    })
    return answer ?? BUSY
  }

  async #keep({ entry: bytes, stamp }: Place, peer: string): Promise<MailResponse> {
    if (!this.#limits.mayKeep(peer)) return BUSY
    const { letters, counters, step } = this.#init
    const entry = this.#parse(bytes)
    const raw = stamp && { ...stamp, fromMs: Number(stamp.fromMs), untilMs: Number(stamp.untilMs) }
    const place = { key: entry.key, bucket: entry.header.bucket }
    let verdict: Verdict
    try {
      verdict = await step('keep-taken', entry.key, () => letters.take(entry, raw))
    } catch (error) {
      if (error instanceof ReplicaError) return BUSY
      throw error
    }
    const answer = ANSWERS[verdict]
    if (answer !== undefined) return answer
    // waits for what is on its way to the disk
    const held = await step('keep-durable', entry.key, () => letters.get(place))
    if (held === undefined) return NO_ROOM
    if (held.meta.isFinal && !entry.isFinal) {
      return { code: MailCode.MAIL_DONE, receipt: held.entry.bytes as Uint8Array<ArrayBuffer> }
    }
    if (!entry.isFinal) counters.held++
    return KEPT
  }

  async #handOver(bytes: Uint8Array, peer: string): Promise<MailResponse> {
    const { bucket, clock, maxClockSkewMs, receiver } = this.#init
    const entry = this.#parse(bytes)
    const { header, sealed, createdMs, expiresMs } = entry
    if (sealed === undefined) return REFUSED
    if (header.bucket !== bucket) return NOT_MINE
    const nowMs = clock.now()
    if (expiresMs <= nowMs || createdMs > nowMs + maxClockSkewMs) return REFUSED
    const wrong = proofError(entry)
    if (wrong !== undefined) throw this.#rejected(wrong, entry)
    const arrival = await receiver.take(entry, 'peer', () => this.#limits.mayOpen(peer, slotCount(header, sealed)))
    switch (arrival.kind) {
      case 'kept':
        return KEPT
      case 'done':
        return { code: MailCode.MAIL_DONE, receipt: arrival.receipt as Uint8Array<ArrayBuffer> }
      case 'not-mine':
        return NOT_MINE
      case 'no-room':
        return NO_ROOM
      case 'busy':
        return BUSY
      case 'refused':
        return REFUSED
    }
  }

  async #receipt(bytes: Uint8Array): Promise<MailResponse> {
    const entry = this.#parse(bytes)
    if (entry.preimage === undefined) return REFUSED
    const wrong = proofError(entry)
    if (wrong !== undefined) throw this.#rejected(wrong, entry)
    return (await this.#init.takeReceipt(entry)) ? KEPT : NOT_MINE
  }

  /** @throws {RejectionError} */
  #parse(bytes: Uint8Array): LetterEntry {
    try {
      return this.#init.parse(bytes)
    } catch (error) {
      if (error instanceof RejectionError) this.#init.onRejected(error.code, '')
      throw error
    }
  }

  #rejected(error: RejectionError, { key }: LetterEntry): RejectionError {
    this.#init.onRejected(error.code, toHex(key))
    return error
  }
}

/** What is said without looking further. */
const ANSWERS: Readonly<Record<Verdict, MailResponse | undefined>> = {
  new: undefined,
  newer: undefined,
  restamped: undefined,
  known: undefined,
  // by its receipt, which is the answer
  superseded: undefined,
  expired: REFUSED,
  'over-quota': NO_ROOM,
  'no-room': NO_ROOM,
  'too-often': BUSY,
  future: REFUSED,
  'not-allowed': REFUSED,
  malformed: REFUSED,
  unproven: REFUSED,
  'bad-stamp': BAD_STAMP,
}
