import { once } from 'node:events'
import { lstat, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { TypedEventEmitter } from '@libp2p/interface'
import { TorError } from '../errors.ts'
import { inboundAddress } from '../onion/inbound-address.ts'
import { onionTarget } from '../onion/address.ts'
import { OnionConnection } from './connection.ts'
import { InboundGate } from './inbound-gate.ts'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { ComponentLogger, CounterGroup, Listener, ListenerEvents, Logger, Upgrader } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { SocketAddress } from '../endpoint.ts'
import type { TorGateway } from '../tor.ts'

interface Init {
  gateway: TorGateway
  upgrader: Upgrader
  logger: ComponentLogger
  /** Connections by what became of them. */
  inbound: CounterGroup<'accepted' | 'refused' | 'dismissed' | 'failed'> | undefined
}

/** Listens where Tor hands over what comes for our onion address. */
export class OnionListener extends TypedEventEmitter<ListenerEvents> implements Listener {
  readonly #init: Init
  readonly #log: Logger
  readonly #server: Server
  readonly #gate: InboundGate<Socket>
  readonly #sockets = new Set<Socket>()
  readonly #closing = new AbortController()
  #address: Multiaddr | undefined
  #withdraw: (() => Promise<void>) | undefined

  constructor(init: Init) {
    super()
    this.#init = init
    this.#log = init.logger.forComponent('libp2p:tor:listener')
    const { maxInboundPerSecond: perSecond, maxPendingInbound: maxPending } = init.gateway.options
    this.#gate = new InboundGate({ perSecond, maxPending, dismiss: socket => this.#dismiss(socket) }, performance.now())
    this.#server = createServer(socket => this.#onSocket(socket))
    this.#server.on('close', () => this.safeDispatchEvent('close'))
  }

  /** @throws {TorError} when the address is not ours, or Tor does not serve it */
  async listen(address: Multiaddr): Promise<void> {
    const own = this.#init.gateway.onion()
    const wanted = onionTarget(address)
    if (wanted === undefined || `/onion3/${wanted.address}:${wanted.port}` !== own.toString()) {
      throw new TorError('bad-option', `cannot listen on ${address.toString()}: our onion address is ${own.toString()}`)
    }
    const target = await this.#open(this.#init.gateway.inbound)
    this.#server.on('error', error => this.safeDispatchEvent('error', { detail: error }))
    try {
      this.#withdraw = await this.#init.gateway.serve(target)
    } catch (error) {
      this.#server.close()
      throw error
    }
    this.#address = own
    this.safeDispatchEvent('listening')
  }

  getAddrs(): Multiaddr[] {
    return this.#address === undefined ? [] : [this.#address]
  }

  updateAnnounceAddrs(): void {}

  async close(): Promise<void> {
    this.#address = undefined
    await this.#withdraw?.()
    this.#withdraw = undefined
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined
    this.#server.close()
    this.#closing.abort()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #open(where: SocketAddress): Promise<SocketAddress> {
    if ('path' in where) await removeSocket(where.path)
    // a Tor of another user has to be able to connect; who may look into the directory is for whoever named it
    this.#server.listen('path' in where ? { ...where, readableAll: true, writableAll: true } : where)
    await once(this.#server, 'listening')
    if ('path' in where) return where
    return { host: where.host, port: (this.#server.address() as AddressInfo).port }
  }

  #onSocket(socket: Socket): void {
    socket.on('error', () => {})
    if (!this.#gate.enter(socket, performance.now())) {
      this.#init.inbound?.increment({ refused: true })
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    void this.#upgrade(socket).finally(() => this.#gate.leave(socket))
  }

  #dismiss(socket: Socket): void {
    this.#init.inbound?.increment({ dismissed: true })
    socket.destroy()
  }

  /** The upgrader ends what does not prove in time who it is. */
  async #upgrade(socket: Socket): Promise<void> {
    const connection = new OnionConnection({
      socket,
      remoteAddr: inboundAddress(),
      direction: 'inbound',
      log: this.#init.logger.forComponent('libp2p:tor:connection'),
    })
    try {
      await this.#init.upgrader.upgradeInbound(connection, { signal: this.#closing.signal })
      this.#init.inbound?.increment({ accepted: true })
    } catch (error) {
      this.#log('an inbound connection was not established - %e', error)
      this.#init.inbound?.increment({ failed: true })
      connection.abort(error as Error)
    }
  }
}

/** What a process that was killed left; nothing else, whatever was named. */
async function removeSocket(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined)
  if (there?.isSocket() === true) await rm(path)
}
