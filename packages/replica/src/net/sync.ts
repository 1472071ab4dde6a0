import { frameStream } from '@stoa/codec'
import { InboundSessions } from '../core/schedule-inbound.ts'
import { SyncSchedule } from '../core/schedule.ts'
import { SyncInitiator } from '../core/session-initiator.ts'
import { SyncResponder } from '../core/session-responder.ts'
import { Claims } from '../core/sync-claims.ts'
import { syncMessages } from '../core/sync-codec.ts'
import { MAX_FRAME_BYTES } from '../core/sync-limits.ts'
import { EndCode } from '../core/sync-message.ts'
import { aborted, ReplicaError, throwIfAborted } from '../errors.ts'
import { SyncDriver } from './sync-driver.ts'
import { SYNC_DEFAULTS } from './sync-options.ts'
import { addReport, noCounters, noReport, unopened } from './sync-report.ts'
import type { FrameStream } from '@stoa/codec'
import type { AbortOptions, Connection, Logger, PeerId, Stream } from '@libp2p/interface'
import type { SessionEffect } from '../core/session.ts'
import type { OffenceReason } from '../core/sync-offence.ts'
import type { Clock } from './clock.ts'
import type { DrivenReport } from './sync-driver.ts'
import type { SyncComponents, SyncHost } from './sync-host.ts'
import type { SyncOptions } from './sync-options.ts'
import type { SyncCounters, SyncReport } from './sync-report.ts'

export interface SyncInit {
  components: SyncComponents
  host: SyncHost
  /** `/stoa/<network>/sync/<family>/<shard>/1.0.0` */
  protocol: string
  clock: Clock
  options?: Partial<SyncOptions>
  /** From 0 (included) to 1 (excluded). */
  random?: () => number
}

export interface SyncStatus {
  readonly sessionsOut: number
  readonly sessionsIn: number
  /** When a session last came to its end with nothing left to do. */
  readonly lastSyncMs: number | undefined
  /** One has, since the start. */
  readonly hasSynced: boolean
  readonly counters: Readonly<SyncCounters>
}

/** Streams of one connection: a session, and one more to be told that it is one too many. */
const MAX_INBOUND_STREAMS = 2
const SENT_UNREAD_BYTES = 524_288

/** Anti-entropy with the peers of a replica: spec/replica.md. */
export class Sync {
  readonly #init: SyncInit
  readonly #host: SyncHost
  readonly #options: SyncOptions
  readonly #clock: Clock
  readonly #random: () => number
  readonly #log: Logger
  readonly #claims = new Claims()
  readonly #drivers = new Set<SyncDriver>()
  /** Sessions of ours, by peer. */
  readonly #out = new Map<string, Promise<DrivenReport>>()
  /** Of the sessions that follow each other with one peer, what came before the one that runs. */
  readonly #before = new Map<string, number>()
  readonly #peers = new Map<string, PeerId>()
  readonly #counters = noCounters()
  #schedule: SyncSchedule
  #inbound: InboundSessions
  #timer: unknown
  #topology: string | undefined
  #lastSyncMs: number | undefined
  #stopping = new AbortController()
  #isRunning = false
  #isReady = false

  constructor(init: SyncInit) {
    this.#init = init
    this.#host = init.host
    this.#options = { ...SYNC_DEFAULTS, ...init.options }
    this.#clock = init.clock
    this.#random = init.random ?? Math.random
    this.#log = init.components.logger.forComponent('stoa:replica:sync')
    this.#schedule = new SyncSchedule(this.#options)
    this.#inbound = new InboundSessions(this.#options)
  }

  /** Answers peers at once, and until the set is loaded with a refusal. */
  async start(loaded: Promise<void> = Promise.resolve()): Promise<void> {
    const { registrar, connectionManager } = this.#init.components
    this.#stopping = new AbortController()
    this.#isRunning = true
    this.#isReady = false
    this.#schedule = new SyncSchedule(this.#options)
    this.#inbound = new InboundSessions(this.#options)
    await registrar.handle(this.#init.protocol, (stream, connection) => this.#accept(stream, connection), {
      maxInboundStreams: MAX_INBOUND_STREAMS,
    })
    this.#topology = await registrar.register(this.#init.protocol, {
      onConnect: (peer, connection) => this.#connected(peer, connection),
      onDisconnect: peer => this.#disconnected(peer),
    })
    for (const connection of connectionManager.getConnections()) {
      if (connection.limits === undefined) this.#connected(connection.remotePeer, connection)
    }
    loaded.then(
      () => {
        this.#isReady = true
        this.#plan()
      },
      // whoever loads tells of it
      () => {},
    )
  }

  async stop(): Promise<void> {
    const { registrar } = this.#init.components
    this.#isRunning = false
    this.#clock.clearTimeout(this.#timer)
    if (this.#topology !== undefined) registrar.unregister(this.#topology)
    this.#stopping.abort()
    for (const driver of this.#drivers) driver.stop()
    await Promise.all([registrar.unhandle(this.#init.protocol), ...this.#out.values()])
    this.#peers.clear()
  }

  /** There is much that was not gossiped: some peers are synchronized with soon. */
  nudge(): void {
    this.#schedule.nudge(this.#clock.now())
    this.#plan()
  }

  /**
   * Synchronizes with a peer now, in as many sessions as it takes. @throws {ReplicaError} `not-started`, `no-session`, `aborted`
   */
  async syncWith(peer: PeerId, { signal }: AbortOptions = {}): Promise<SyncReport> {
    let total = noReport(peer)
    for (;;) {
      throwIfAborted(signal)
      if (!this.#isRunning || !this.#isReady) throw new ReplicaError('not-started', 'the replica is not running')
      const running = this.#out.get(peer.toString())
      if (running !== undefined) {
        // it may have begun before what the caller wants to have there was here
        await orAborted(running, signal)
        continue
      }
      this.#schedule.started(peer.toString())
      const report = await orAborted(this.#begin(peer), signal)
      total = addReport(total, report)
      if (report.outcome === 'done') return total
      if (report.outcome !== 'partial')
        throw new ReplicaError('no-session', `session with ${peer.toString()} ${report.reason}: ${report.why}`)
    }
  }

  status(): SyncStatus {
    return {
      sessionsOut: this.#schedule.running,
      sessionsIn: this.#inbound.running,
      lastSyncMs: this.#lastSyncMs,
      hasSynced: this.#schedule.hasSynced,
      counters: { ...this.#counters, sessions: { ...this.#counters.sessions } },
    }
  }

  #connected(peer: PeerId, connection: Pick<Connection, 'direction'>): void {
    this.#peers.set(peer.toString(), peer)
    const isDialer = connection.direction === 'outbound'
    this.#schedule.connected(peer.toString(), isDialer, this.#clock.now(), this.#random)
    this.#plan()
  }

  #disconnected(peer: PeerId): void {
    this.#peers.delete(peer.toString())
    this.#schedule.disconnected(peer.toString())
    this.#before.delete(peer.toString())
    this.#inbound.forget(this.#clock.now())
  }

  #plan(): void {
    if (!this.#isRunning || !this.#isReady) return
    this.#clock.clearTimeout(this.#timer)
    const nowMs = this.#clock.now()
    const { start, wakeMs } = this.#schedule.next(nowMs, this.#random)
    for (const { peer } of start) void this.#begin(this.#peers.get(peer)!)
    if (wakeMs === undefined) return
    // looked at now and then whatever the plan says: the clock may be set back
    const delayMs = Math.min(wakeMs - nowMs, this.#options.maxSyncIntervalMs)
    this.#timer = this.#clock.setTimeout(() => this.#plan(), Math.max(1, delayMs))
  }

  /** A session that the schedule counts already. Never rejects. */
  #begin(peer: PeerId): Promise<DrivenReport> {
    const id = peer.toString()
    const session = this.#initiate(peer).then(report => {
      this.#out.delete(id)
      this.#schedule.ended(id, report, this.#clock.now(), this.#random)
      this.#ended(peer, report)
      this.#plan()
      return report
    })
    this.#out.set(id, session)
    return session
  }

  async #initiate(peer: PeerId): Promise<DrivenReport> {
    const { components, protocol } = this.#init
    const startMs = this.#clock.now()
    let stream: Stream
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(this.#options.idleTimeoutMs), this.#stopping.signal])
      stream = await components.connectionManager.openStream(peer, [protocol], { signal })
    } catch (error) {
      const { name, message } = (error ?? {}) as Partial<Error>
      // it spoke the protocol when it was connected, or never did
      if (name === 'UnsupportedProtocolError') this.#disconnected(peer)
      return unopened(message ?? String(error), this.#clock.now() - startMs)
    }
    if (!this.#isRunning) {
      stream.abort(new Error('the replica was stopped'))
      return unopened('the replica was stopped', 0)
    }
    const session = new SyncInitiator(this.#sessionInit(), this.#clock.now())
    return this.#drive(session, session.start(), this.#frames(stream), peer, true)
  }

  #accept(stream: Stream, connection: Connection): void {
    void this.#respond(this.#frames(stream), connection)
  }

  async #respond(frames: FrameStream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer
    const id = peer.toString()
    const nowMs = this.#clock.now()
    if (!this.#isReady) return refuse(frames, EndCode.NOT_READY)
    if (this.#schedule.isLiar(id, nowMs) || !this.#inbound.admit(id, nowMs)) return refuse(frames, EndCode.BUSY)
    const session = new SyncResponder(this.#sessionInit(), nowMs)
    const report = await this.#drive(session, session.start(), frames, peer, false)
    this.#inbound.ended(id, report.received > 0)
    if (report.outcome === 'done') this.#schedule.served(id)
    if (report.outcome === 'lied') this.#schedule.lied(id, this.#clock.now())
    this.#ended(peer, report)
    this.#plan()
  }

  async #drive(
    session: SyncInitiator | SyncResponder,
    effects: SessionEffect[],
    frames: FrameStream,
    peer: PeerId,
    isOurs: boolean,
  ): Promise<DrivenReport> {
    const driver = new SyncDriver({
      session,
      frames,
      peer,
      host: this.#host,
      clock: this.#clock,
      onHello: ({ entries, priceRank }, offsetMs) => this.#host.onHello(peer, { entries, priceRank, offsetMs }),
      onProgress: progress => isOurs && this.#progress(peer, progress, false),
    })
    this.#drivers.add(driver)
    const report = await driver.run(effects)
    this.#drivers.delete(driver)
    if (isOurs) {
      const { received } = report
      const isDone = report.outcome === 'done'
      this.#progress(peer, { received, expected: isDone ? received : session.progress.expected }, isDone)
      if (report.outcome === 'partial') this.#before.set(peer.toString(), this.#beforeOf(peer) + received)
      else this.#before.delete(peer.toString())
    }
    return report
  }

  #sessionInit() {
    return {
      set: this.#host.set,
      claims: this.#claims,
      options: this.#options,
      priceRank: this.#host.priceRank(),
    }
  }

  #frames(stream: Stream): FrameStream {
    return frameStream(stream, { maxFrameBytes: MAX_FRAME_BYTES, maxUnsentBytes: SENT_UNREAD_BYTES })
  }

  #beforeOf(peer: PeerId): number {
    return this.#before.get(peer.toString()) ?? 0
  }

  #progress(peer: PeerId, { received, expected }: { received: number; expected: number }, done: boolean): void {
    const before = this.#beforeOf(peer)
    this.#host.onProgress({ peer, received: before + received, expected: before + expected, done })
  }

  #ended(peer: PeerId, report: DrivenReport): void {
    const { outcome, reason, why, received, sent, bytesIn, bytesOut } = report
    this.#log('session with %p %s (%s) %s: %d received, %d sent', peer, outcome, reason, why, received, sent)
    this.#counters.sessions[outcome]++
    this.#counters.received += received
    this.#counters.sent += sent
    this.#counters.bytesIn += bytesIn
    this.#counters.bytesOut += bytesOut
    if (outcome === 'done') this.#lastSyncMs = this.#clock.now()
    if (outcome === 'lied') this.#host.blame(peer, reason as OffenceReason, why)
    if (received >= this.#options.nudgeAfter) this.#schedule.nudge(this.#clock.now())
  }
}

async function refuse(frames: FrameStream, code: EndCode): Promise<void> {
  try {
    frames.enqueue(syncMessages.encode({ type: 'end', code }))
  } catch {
    // gone already
  }
  await frames.close()
}

/** Ends the wait, not the session: what it brings is wanted all the same. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (signal == null) return promise
  const end = Promise.withResolvers<T>()
  const onAbort = (): void => end.reject(aborted(signal))
  signal.addEventListener('abort', onAbort, { once: true })
  promise.then(end.resolve, end.reject).finally(() => signal.removeEventListener('abort', onAbort))
  return end.promise
}
