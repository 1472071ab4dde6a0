import { createHash } from 'node:crypto'
import { ReconcileTree } from '@stoa/reconcile'
import { SyncInitiator } from '../src/core/session-initiator.ts'
import { SyncResponder } from '../src/core/session-responder.ts'
import { Claims } from '../src/core/sync-claims.ts'
import { syncMessages } from '../src/core/sync-codec.ts'
import { SESSION_DEFAULTS } from '../src/core/sync-limits.ts'
import type { Random } from '@stoa/testkit'
import type { Session, SessionEffect, SessionEvent, SessionReport } from '../src/core/session.ts'
import type { SessionOptions } from '../src/core/sync-limits.ts'
import type { WireEntry } from '../src/core/sync-message.ts'
import type { SyncSet } from '../src/core/sync-set.ts'
import type { Verdict } from '../src/core/verdict.ts'

interface Held {
  readonly createdMs: number
  readonly bytes: Uint8Array
  readonly sizeBytes: number
}

/** A set of entries without keys, prices or proofs: what sessions need of one. The first 6 bytes of an entry are its time. */
export class ModelSet implements SyncSet {
  readonly tree = new ReconcileTree()
  readonly claims = new Claims()
  readonly entries = new Map<string, Held>()
  readonly forgotten = new Set<string>()
  /** Entries that came and that it never takes. */
  refuses: (bytes: Uint8Array) => boolean = () => false
  ingested = 0

  add(bytes: Uint8Array): boolean {
    const itemId = sha256(bytes)
    const createdMs = Buffer.from(bytes).readUIntBE(0, 6)
    this.entries.set(hex(itemId), { createdMs, bytes, sizeBytes: bytes.byteLength })
    return this.tree.insert(createdMs, itemId)
  }

  remove(key: string): void {
    const held = this.entries.get(key)
    if (held === undefined) return
    this.entries.delete(key)
    this.tree.delete(held.createdMs, Buffer.from(key, 'hex'))
  }

  wants(itemId: Uint8Array): boolean {
    const key = hex(itemId)
    return !this.entries.has(key) && !this.forgotten.has(key)
  }

  forget(itemId: Uint8Array): void {
    this.forgotten.add(hex(itemId))
  }

  getByItem(itemId: Uint8Array): Held | undefined {
    return this.entries.get(hex(itemId))
  }

  read(itemIds: readonly Uint8Array[]): Array<WireEntry | undefined> {
    return itemIds.map(itemId => {
      const held = this.getByItem(itemId)
      return held && { bytes: held.bytes, stamp: undefined }
    })
  }

  ingest(arrivals: ReadonlyArray<{ bytes: Uint8Array; itemId: Uint8Array }>): Array<Verdict | undefined> {
    return arrivals.map(({ bytes, itemId }) => {
      this.ingested++
      if (hex(sha256(bytes)) !== hex(itemId)) return 'malformed'
      if (this.refuses(bytes)) return 'no-room'
      return this.add(bytes) ? 'new' : 'known'
    })
  }

  get keys(): string[] {
    return [...this.entries.keys()].sort()
  }
}

export interface Meeting {
  initiator: SessionReport
  responder: SessionReport
  /** Bytes of frames from the initiator and to it. */
  bytesOut: number
  bytesIn: number
}

export interface MeetingInit {
  random: Random
  options?: Partial<SessionOptions>
  nowMs?: number
  /** Asked before each step: to change sets, or to say that the stream breaks now. */
  meddle?: (step: number) => 'break' | void
}

type Pending = { side: Side; event: SessionEvent; frameBytes?: number }

interface Side {
  readonly session: Session
  readonly set: ModelSet
  /** Frames that the other side sent. */
  readonly inbox: Uint8Array[]
  report: SessionReport | undefined
  bytesSent: number
}

/** One session of two sets, everything that can happen in some order that the seed gives. Frames are encoded and decoded. */
export function meet(a: ModelSet, b: ModelSet, { random, options, nowMs = 1e12, meddle }: MeetingInit): Meeting {
  const all = { ...SESSION_DEFAULTS, ...options }
  const initiator = new SyncInitiator({ set: a, claims: a.claims, options: all, priceRank: -7 }, nowMs)
  const responder = new SyncResponder({ set: b, claims: b.claims, options: all, priceRank: undefined }, nowMs)
  const one: Side = { session: initiator, set: a, inbox: [], report: undefined, bytesSent: 0 }
  const other: Side = { session: responder, set: b, inbox: [], report: undefined, bytesSent: 0 }
  const pending: Pending[] = []

  const run = (side: Side, effects: SessionEffect[]): void => {
    const peer = side === one ? other : one
    for (const effect of effects) {
      if (effect.type === 'send') {
        const frame = syncMessages.encode(effect.message)
        side.bytesSent += frame.byteLength
        peer.inbox.push(frame)
        if (effect.message.type === 'entries') pending.push({ side, event: { type: 'room' } })
      } else if (effect.type === 'read') {
        const entries = side.set.read(effect.itemIds)
        pending.push({ side, event: { type: 'read', entries } })
      } else if (effect.type === 'ingest') {
        const verdicts = side.set.ingest(effect.arrivals)
        pending.push({ side, event: { type: 'judged', batch: effect.batch, verdicts } })
      } else if (effect.type === 'end') side.report = effect.report
    }
  }

  run(one, initiator.start())
  run(other, responder.start())
  for (let step = 0; one.report === undefined || other.report === undefined; step++) {
    if (step > 1e6) throw new Error('the session does not end')
    if (meddle?.(step) === 'break') {
      for (const side of [one, other]) run(side, side.session.handle({ type: 'closed' }, nowMs))
      break
    }
    const readable = [one, other].filter(
      side => side.report === undefined && side.inbox.length > 0 && side.session.wantsInput,
    )
    const choice = random.int(0, readable.length + pending.length - 1)
    if (choice < readable.length) {
      const side = readable[choice]!
      const frame = side.inbox.shift()!
      const message = syncMessages.decode(frame)
      run(side, side.session.handle({ type: 'message', message, frameBytes: frame.byteLength }, nowMs))
    } else {
      const [{ side, event }] = pending.splice(choice - readable.length, 1) as [Pending]
      run(side, side.session.handle(event, nowMs))
    }
  }
  return { initiator: one.report!, responder: other.report!, bytesOut: one.bytesSent, bytesIn: other.bytesSent }
}

/** An entry of its own, of some age and size. */
export function entryOf(random: Random, sizeBytes = random.int(20, 900), createdMs = random.int(0, 1e6)): Uint8Array {
  const bytes = Buffer.from(random.bytes(sizeBytes))
  bytes.writeUIntBE(createdMs, 0, 6)
  return bytes
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
