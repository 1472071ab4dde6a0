import { dial } from './dialer.ts'
import { parsePeerId } from './addresses.ts'
import type { DiscoveryCore } from '../core/core.ts'
import type { Effect, Event, HangUpReason, Notice } from '../core/model.ts'
import type { BookStore } from './book-store.ts'
import type { Answer, Told } from './exchange.ts'
import type { Connection, Logger, PeerId } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

export interface DriverInit {
  readonly core: DiscoveryCore
  readonly store: BookStore
  readonly connectionManager: Pick<ConnectionManager, 'openConnection' | 'getConnections'>
  readonly clock: Clock
  readonly log: Logger
  readonly addressDialTimeoutMs: number
  readonly flushIntervalMs: number
  /** Streams of these protocols do not keep a connection that discovery has opened and does not need. */
  readonly idleProtocols: ReadonlySet<string>
  readonly ask: (peer: PeerId, count: number, signal: AbortSignal) => Promise<Told>
  readonly walk: (signal: AbortSignal) => Promise<void>
  readonly notice: (notice: Notice) => void
}

export interface Clock {
  nowMs(): number
}

/** A timer may be late but not longer than this, whatever the core asked for. */
const MAX_SLEEP_MS = 3_600_000
/** What any node speaks with any other: such streams say nothing about a connection being of use. */
export const ALWAYS_IDLE = [
  '/ipfs/id/1.0.0',
  '/ipfs/id/push/1.0.0',
  '/ipfs/ping/1.0.0',
  '/libp2p/autonat/2/dial-request',
]

/** Hands events to the core and does what it answers. */
export class Driver {
  readonly #init: DriverInit
  readonly #stopping = new AbortController()
  readonly #tasks = new Set<Promise<void>>()
  readonly #dials = new Map<string, Promise<boolean>>()
  readonly #answers = new Map<number, Answer>()
  #nextAnswer = 0
  #wake: ReturnType<typeof setTimeout> | undefined
  #flush: ReturnType<typeof setTimeout> | undefined

  constructor(init: DriverInit) {
    this.#init = init
  }

  get signal(): AbortSignal {
    return this.#stopping.signal
  }

  handle(event: Event): void {
    if (this.signal.aborted) return
    for (const effect of this.#init.core.handle(event, this.#init.clock.nowMs())) this.#run(effect)
  }

  /** Which peers to tell one that asks. */
  answer(peer: string, count: number): Answer {
    const id = this.#nextAnswer++
    this.handle({ type: 'asked', id, peer, count })
    const answer = this.#answers.get(id)
    this.#answers.delete(id)
    if (answer === undefined) throw new Error('discovery is stopping')
    return answer
  }

  /** Connects to a peer for a DHT lookup, if the lookup may dial and the core allows it now. */
  async reach(peer: PeerId, mayDial: boolean): Promise<void> {
    if (this.#init.connectionManager.getConnections(peer).some(({ status }) => status === 'open')) return
    const id = peer.toString()
    if (mayDial) this.handle({ type: 'wanted', peer: id })
    const under = this.#dials.get(this.#init.core.dialTo(id) ?? '')
    if (under === undefined || !(await under)) throw new Error(`${id} is not dialled now`)
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('discovery is stopping'))
    clearTimeout(this.#wake)
    clearTimeout(this.#flush)
    await Promise.allSettled(this.#tasks)
    await this.#flushNow()
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case 'dial':
        return this.#dial(effect)
      case 'hang-up':
        return this.#spawn(() => this.#hangUp(effect.peer, effect.reason))
      case 'ask':
        return this.#spawn(() => this.#ask(effect.peer, effect.count))
      case 'answer': {
        const peers = effect.peers.map(parsePeerId).filter(peer => peer !== undefined)
        return void this.#answers.set(effect.id, { peers, retryAfterMs: effect.retryAfterMs })
      }
      case 'walk':
        return this.#spawn(() => this.#walk())
      case 'store':
        this.#init.store.store(effect.entry)
        return this.#flushSoon()
      case 'forget':
        this.#init.store.forget(effect.peer)
        return this.#flushSoon()
      case 'notice':
        return this.#init.notice(effect.notice)
      case 'wake':
        return this.#wakeAt(effect.atMs)
    }
  }

  #dial(effect: Effect & { type: 'dial' }): void {
    const options = { signal: this.signal, addressTimeoutMs: this.#init.addressDialTimeoutMs }
    const dialling = dial(this.#init.connectionManager, effect, options).then(({ peer, tried }) => {
      this.#dials.delete(effect.key)
      for (const { address, outcome } of tried) this.#init.log('dial to %s: %s', address, outcome)
      if (peer === undefined) this.handle({ type: 'dial-failed', key: effect.key, tried })
      else this.handle({ type: 'dialled', key: effect.key, peer, tried })
      return peer !== undefined
    })
    this.#dials.set(effect.key, dialling)
    this.#spawn(async () => void (await dialling))
  }

  async #hangUp(peer: string, reason: HangUpReason): Promise<void> {
    const id = parsePeerId(peer)
    const connections = id === undefined ? [] : this.#init.connectionManager.getConnections(id)
    if (connections.some(connection => this.#inUse(connection))) return
    this.#init.log('hanging up on %s: %s', peer, reason)
    const outbound = connections.filter(({ direction }) => direction === 'outbound')
    await Promise.all(
      outbound.map(connection =>
        connection.close({ signal: AbortSignal.timeout(1_000) }).catch((error: Error) => connection.abort(error)),
      ),
    )
  }

  #inUse(connection: Connection): boolean {
    return connection.streams.some(({ protocol }) => protocol !== '' && !this.#init.idleProtocols.has(protocol))
  }

  async #ask(peer: string, count: number): Promise<void> {
    const id = parsePeerId(peer)
    try {
      if (id === undefined) throw new Error('not a peer id')
      const { peers, forged, retryAfterMs } = await this.#init.ask(id, count, this.signal)
      if (forged) this.#init.log('%s passed on a forged record', peer)
      if (retryAfterMs > 0) this.handle({ type: 'ask-failed', peer, retryAfterMs })
      else this.handle({ type: 'told', peer, peers, forged })
    } catch (error) {
      this.#init.log('could not ask %s for peers: %s', peer, (error as Error).message)
      this.handle({ type: 'ask-failed', peer })
    }
  }

  async #walk(): Promise<void> {
    await this.#init.walk(this.signal).catch((error: Error) => this.#init.log('walk ended: %s', error.message))
    this.handle({ type: 'walked' })
  }

  #wakeAt(atMs: number): void {
    clearTimeout(this.#wake)
    const delayMs = Math.min(Math.max(0, atMs - this.#init.clock.nowMs()), MAX_SLEEP_MS)
    this.#wake = setTimeout(() => this.handle({ type: 'tick' }), delayMs)
  }

  #flushSoon(): void {
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined
      this.#spawn(() => this.#flushNow())
    }, this.#init.flushIntervalMs)
  }

  async #flushNow(): Promise<void> {
    try {
      await this.#init.store.flush()
    } catch (error) {
      this.#init.log.error('could not write the address book: %s', (error as Error).message)
    }
  }

  #spawn(task: () => Promise<void>): void {
    const running = task().catch((error: Error) => this.#init.log.error('%s', error.stack ?? error.message))
    this.#tasks.add(running)
    void running.finally(() => this.#tasks.delete(running))
  }
}
