import { EndCode } from './sync-message.ts'
import { Fetch } from './sync-fetch.ts'
import { Offence } from './sync-offence.ts'
import { Serve } from './sync-serve.ts'
import type { Claims } from './sync-claims.ts'
import type { SessionOptions } from './sync-limits.ts'
import type { Hello, SyncMessage, WireEntry } from './sync-message.ts'
import type { OffenceReason } from './sync-offence.ts'
import type { Arrival, SyncSet } from './sync-set.ts'
import type { Verdict } from './verdict.ts'

/** What happens to a session. */
export type SessionEvent =
  | { readonly type: 'message'; readonly message: SyncMessage; readonly frameBytes: number }
  /** A frame that is none, or a broken stream of frames. */
  | { readonly type: 'bad-message'; readonly why: string }
  /** What `read` asked for, in its order. */
  | { readonly type: 'read'; readonly entries: ReadonlyArray<WireEntry | undefined> }
  /** Without a verdict: this node takes nothing at present, for example because its disk is full. */
  | { readonly type: 'judged'; readonly batch: number; readonly verdicts: ReadonlyArray<Verdict | undefined> }
  /** The stream has taken the last Entries, and takes more. */
  | { readonly type: 'room' }
  /** Time has come: `wakeMs`. */
  | { readonly type: 'tick' }
  /** The stream is gone. */
  | { readonly type: 'closed' }
  /** This node wants no more of it. */
  | { readonly type: 'stop' }

/** What a session wants done. One `read` at a time; `ingest` may be called again before the last is judged. */
export type SessionEffect =
  | { readonly type: 'send'; readonly message: SyncMessage }
  | { readonly type: 'read'; readonly itemIds: readonly Uint8Array[] }
  | { readonly type: 'ingest'; readonly batch: number; readonly arrivals: readonly Arrival[] }
  /** What the peer said of itself; `offsetMs` is by how much its clock is ahead of this one. */
  | { readonly type: 'hello'; readonly hello: Hello; readonly offsetMs: number }
  | { readonly type: 'end'; readonly report: SessionReport }

/**
 * - `done`: the sets are equal as far as this session could see · `partial`: it came to a limit with progress made, go on in another
 * - `refused`: the peer has no time now · `failed`: nothing to blame anybody for · `lied`: the peer broke the rules
 */
export type SessionOutcome = 'done' | 'partial' | 'refused' | 'failed' | 'lied'

/**
 * Why it ended. `limit`, `time`: of this side or the other · `lost`: the stream broke · `silent`: nothing came for too long · `slow`: what was
 * asked for did not come in time · `fruitless`: nothing of it was of use · `shut`: we can take nothing · `accused`: the peer says that we broke the rules · `stopped`: by us
 */
export type SessionReason =
  | 'done'
  | 'limit'
  | 'time'
  | 'busy'
  | 'not-ready'
  | 'lost'
  | 'silent'
  | 'slow'
  | 'fruitless'
  | 'shut'
  | 'accused'
  | 'stopped'
  | OffenceReason

export interface SessionReport {
  readonly outcome: SessionOutcome
  readonly reason: SessionReason
  /** For people. */
  readonly why: string
  readonly rounds: number
  /** Entries that changed this set. */
  readonly received: number
  /** Entries that came. */
  readonly delivered: number
  readonly sent: number
  readonly bytesIn: number
  readonly durationMs: number
}

export interface SessionInit {
  readonly set: SyncSet
  /** Shared by all sessions of the set. */
  readonly claims: Claims
  readonly options: SessionOptions
  /** See Hello. */
  readonly priceRank: number | undefined
}

/** What both sides of a session have in common. Pure: events and the time go in, effects come out; after `end` nothing happens any more. */
export abstract class Session {
  protected readonly set: SyncSet
  protected readonly options: SessionOptions
  protected readonly fetch: Fetch
  protected readonly serve: Serve
  readonly #priceRank: number | undefined
  protected nowMs: number
  protected readonly startMs: number
  protected rounds = 0
  protected bytesIn = 0
  protected peerHello: Hello | undefined
  #effects: SessionEffect[] = []
  #heardMs: number
  #hasEnded = false

  constructor(init: SessionInit, nowMs: number) {
    this.set = init.set
    this.options = init.options
    this.fetch = new Fetch(init.set, init.claims, init.options)
    this.serve = new Serve(init.set, init.options.batchBytes)
    this.#priceRank = init.priceRank
    this.nowMs = this.startMs = this.#heardMs = nowMs
  }

  /** Whether the next frame may be read: else what came last is being judged. */
  get wantsInput(): boolean {
    return this.fetch.hasRoom
  }

  /** When to send a `tick`, if nothing happens before. */
  get wakeMs(): number {
    const { idleTimeoutMs, maxSessionMs, graceMs } = this.options
    const stopMs = this.startMs + maxSessionMs
    const limitMs = this.nowMs < stopMs ? stopMs : stopMs + graceMs
    return this.isWaiting ? Math.min(limitMs, this.#heardMs + idleTimeoutMs) : limitMs
  }

  get progress(): { received: number; expected: number } {
    const ahead = (this.peerHello?.entries ?? 0) - this.set.tree.size + this.fetch.taken
    const { taken, totalIds } = this.fetch
    return { received: taken, expected: Math.max(taken, totalIds, ahead) }
  }

  handle(event: SessionEvent, nowMs: number): SessionEffect[] {
    if (this.#hasEnded) return []
    this.nowMs = nowMs
    if (event.type !== 'tick') this.#heardMs = nowMs
    try {
      this.#take(event)
      if (!this.#hasEnded) this.#watch()
      if (!this.#hasEnded) this.advance()
      if (!this.#hasEnded) this.#serveNext()
    } catch (error) {
      if (!(error instanceof Offence)) throw error
      this.send({ type: 'end', code: EndCode.BAD_MESSAGE })
      this.end('lied', error.reason, error.message)
    }
    return this.takeEffects()
  }

  /** Whether the other side is to say something. */
  protected abstract get isWaiting(): boolean
  protected abstract onReconcile(bytes: Uint8Array): void
  protected abstract onOffer(ids: Uint8Array): void
  protected abstract onWant(ids: Uint8Array): void
  protected abstract onEnd(code: EndCode): void
  /** Does what has become possible. */
  protected abstract advance(): void

  protected send(message: SyncMessage): void {
    this.#effects.push({ type: 'send', message })
  }

  protected sendHello(): void {
    const entries = this.set.tree.size
    this.send({ type: 'hello', hello: { nowMs: this.nowMs, entries, priceRank: this.#priceRank } })
  }

  protected takeEffects(): SessionEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  protected end(outcome: SessionOutcome, reason: SessionReason, why = ''): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const { taken: received, delivered } = this.fetch
    this.fetch.release()
    this.#effects.push({
      type: 'end',
      report: {
        outcome,
        reason,
        why,
        rounds: this.rounds,
        received,
        delivered,
        sent: this.serve.sent,
        bytesIn: this.bytesIn,
        durationMs: this.nowMs - this.startMs,
      },
    })
  }

  #take(event: SessionEvent): void {
    switch (event.type) {
      case 'message':
        this.bytesIn += event.frameBytes
        return this.#onMessage(event.message)
      case 'bad-message':
        throw new Offence('malformed', event.why)
      case 'read':
        return this.send({ type: 'entries', entries: this.serve.read(event.entries) })
      case 'judged':
        return this.fetch.judged(event.batch, event.verdicts, this.nowMs)
      case 'room':
        return this.serve.room()
      case 'tick':
        return
      case 'closed':
        return this.end('failed', 'lost', 'the stream broke')
      case 'stop':
        this.send({ type: 'end', code: EndCode.TIME })
        return this.end('failed', 'stopped')
    }
  }

  #onMessage(message: SyncMessage): void {
    if (message.type === 'end') return this.onEnd(message.code)
    if ((message.type === 'hello') !== (this.peerHello === undefined))
      throw new Offence('out-of-turn', message.type === 'hello' ? 'a second Hello' : `${message.type} before Hello`)
    switch (message.type) {
      case 'hello':
        return this.#onHello(message.hello)
      case 'reconcile':
        return this.onReconcile(message.bytes)
      case 'offer':
        return this.onOffer(message.ids)
      case 'want':
        return this.onWant(message.ids)
      case 'entries': {
        const { batch, arrivals } = this.fetch.arrived(message.entries)
        if (arrivals.length > 0) this.#effects.push({ type: 'ingest', batch, arrivals })
      }
    }
  }

  #onHello(hello: Hello): void {
    this.peerHello = hello
    // the one who began has waited for a round trip: the peer read its clock in the middle of that
    const sentMs = this.startMs + (this.nowMs - this.startMs) / 2
    this.#effects.push({ type: 'hello', hello, offsetMs: Math.round(hello.nowMs - sentMs) })
  }

  #watch(): void {
    const { idleTimeoutMs, maxSessionMs, graceMs } = this.options
    if (this.isWaiting && this.nowMs >= this.#heardMs + idleTimeoutMs) {
      this.send({ type: 'end', code: EndCode.TIME })
      return this.end('failed', 'silent', `nothing came for ${idleTimeoutMs} ms`)
    }
    if (this.nowMs < this.startMs + maxSessionMs + graceMs) return
    this.send({ type: 'end', code: EndCode.TIME })
    this.end('failed', this.fetch.askedIds > 0 ? 'slow' : 'time', `not at an end after ${maxSessionMs + graceMs} ms`)
  }

  #serveNext(): void {
    const itemIds = this.serve.next()
    if (itemIds === undefined) return
    if (itemIds.length > 0) this.#effects.push({ type: 'read', itemIds })
    else this.send({ type: 'entries', entries: this.serve.read([]) })
  }
}
