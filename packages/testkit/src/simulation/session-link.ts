import { EndCode, SyncInitiator, SyncResponder } from '@stoa/replica/core'
import type { Random } from '../random.ts'
import type { EventQueue, Scheduled } from './event-queue.ts'
import type {
  Arrival,
  SessionEffect,
  SessionEvent,
  SessionReport,
  SyncMessage,
  Verdict,
  WireEntry,
} from '@stoa/replica/core'

type SessionInit = ConstructorParameters<typeof SyncInitiator>[0]

/** What a machine of a session needs of the node that runs it. */
export interface SessionHost {
  /** By the node's own clock. */
  now(): number
  sessionInit(): SessionInit
  /** Durable entries of these items, later. */
  read(itemIds: readonly Uint8Array[], done: (entries: ReadonlyArray<WireEntry | undefined>) => void): void
  judge(arrivals: readonly Arrival[], done: (verdicts: readonly Verdict[]) => void): void
}

export interface SessionLinkInit {
  readonly queue: EventQueue
  readonly random: Random
  readonly latencyMs: readonly [number, number]
  /** Share of messages at which the connection ends. */
  readonly loss: number
  readonly onInitiatorEnd: (report: SessionReport) => void
  readonly onResponderEnd: (report: SessionReport) => void
}

/** One session between the real machines of two nodes: the stream between them, and what each does to its node. */
export class SessionLink {
  readonly #init: SessionLinkInit
  readonly #initiator: Side
  readonly #responder: Side | undefined

  /** Without a responder: that node has no time for it. */
  constructor(init: SessionLinkInit, initiator: SessionHost, responder: SessionHost | undefined) {
    this.#init = init
    const { queue, onInitiatorEnd, onResponderEnd } = init
    const opening = new SyncInitiator(initiator.sessionInit(), initiator.now())
    const toInitiator = (message: SyncMessage): void => this.#send(this.#initiator, message)
    const toResponder = (message: SyncMessage): void => this.#send(this.#responder, message)
    this.#initiator = new Side(queue, initiator, opening, onInitiatorEnd, toResponder)
    const answering = responder && new SyncResponder(responder.sessionInit(), responder.now())
    this.#responder = responder && answering && new Side(queue, responder, answering, onResponderEnd, toInitiator)
    this.#initiator.run(opening.start())
    if (answering === undefined) toInitiator({ type: 'end', code: EndCode.BUSY })
    else this.#responder?.run(answering.start())
  }

  /** The connection is gone. Each side learns of it at its own time. */
  cut(): void {
    for (const side of [this.#initiator, this.#responder]) {
      if (side === undefined) continue
      side.isCut = true
      this.#init.queue.after(this.#init.random.int(1, 2_000), () => side.handle({ type: 'closed' }))
    }
  }

  /** A node stopped: what it was doing in this session is forgotten. */
  abandon(): void {
    this.#initiator.abandon()
    this.#responder?.abandon()
  }

  #send(to: Side | undefined, message: SyncMessage): void {
    if (to === undefined) return
    const { queue, random, latencyMs, loss } = this.#init
    if (random.chance(loss)) this.cut()
    const delayMs = random.int(latencyMs[0], latencyMs[1])
    // a stream keeps its order
    to.lastMs = Math.max(to.lastMs, queue.nowMs + delayMs)
    queue.at(to.lastMs, () => to.deliver(message))
  }
}

/** One machine, its stream and its node. */
class Side {
  readonly #queue: EventQueue
  readonly #host: SessionHost
  readonly #machine: SyncInitiator | SyncResponder
  readonly #onEnd: (report: SessionReport) => void
  readonly #send: (message: SyncMessage) => void
  readonly #inbox: SyncMessage[] = []
  #tick: Scheduled | undefined
  lastMs = 0
  isOver = false
  isCut = false

  constructor(
    queue: EventQueue,
    host: SessionHost,
    machine: SyncInitiator | SyncResponder,
    onEnd: (report: SessionReport) => void,
    send: (message: SyncMessage) => void,
  ) {
    this.#queue = queue
    this.#host = host
    this.#machine = machine
    this.#onEnd = onEnd
    this.#send = send
  }

  deliver(message: SyncMessage): void {
    if (this.isOver || this.isCut) return
    this.#inbox.push(message)
    this.#readInbox()
  }

  handle(event: SessionEvent): void {
    if (this.isOver) return
    this.run(this.#machine.handle(event, this.#host.now()))
    this.#readInbox()
  }

  run(effects: readonly SessionEffect[]): void {
    for (const effect of effects) this.#do(effect)
    if (this.isOver) return
    const wakeMs = this.#machine.wakeMs - this.#host.now() + this.#queue.nowMs
    if (this.#tick !== undefined && this.#tick.atMs <= wakeMs) return
    if (this.#tick !== undefined) this.#tick.isCancelled = true
    this.#tick = this.#queue.at(wakeMs, () => {
      this.#tick = undefined
      const isDue = this.#host.now() >= this.#machine.wakeMs
      if (isDue) this.handle({ type: 'tick' })
      else if (!this.isOver) this.run([])
    })
  }

  abandon(): void {
    this.isOver = true
    if (this.#tick !== undefined) this.#tick.isCancelled = true
  }

  #readInbox(): void {
    while (!this.isOver && this.#machine.wantsInput) {
      const message = this.#inbox.shift()
      if (message === undefined) return
      this.run(this.#machine.handle({ type: 'message', message, frameBytes: bytesOf(message) }, this.#host.now()))
    }
  }

  #do(effect: SessionEffect): void {
    switch (effect.type) {
      case 'send':
        if (!this.isCut) this.#send(effect.message)
        if (effect.message.type === 'entries') this.#queue.after(1, () => this.handle({ type: 'room' }))
        return
      case 'read':
        return this.#host.read(effect.itemIds, entries => this.handle({ type: 'read', entries }))
      case 'ingest': {
        const { batch, arrivals } = effect
        return this.#host.judge(arrivals, verdicts => this.handle({ type: 'judged', batch, verdicts }))
      }
      case 'hello':
        return
      case 'end':
        this.abandon()
        this.#onEnd(effect.report)
    }
  }
}

/** About what the frame takes. */
function bytesOf(message: SyncMessage): number {
  switch (message.type) {
    case 'reconcile':
      return message.bytes.length + 8
    case 'offer':
    case 'want':
      return message.ids.length + 8
    case 'entries':
      return message.entries.reduce((sum, { bytes }) => sum + bytes.length + 8, 8)
    default:
      return 16
  }
}
