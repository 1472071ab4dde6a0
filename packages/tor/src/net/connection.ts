import { once } from 'node:events'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import type { Socket } from 'node:net'
import type { AbortOptions, Logger } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Uint8ArrayList } from 'uint8arraylist'

/** A connection over which nothing moved for so long is taken for dead, in ms. libp2p pings more often. */
const INACTIVITY_MS = 120_000

interface Init {
  socket: Socket
  remoteAddr: Multiaddr
  direction: 'inbound' | 'outbound'
  log: Logger
}

/** A socket to Tor as libp2p's connections have it. */
export class OnionConnection extends AbstractMultiaddrConnection {
  readonly #socket: Socket

  constructor({ socket, ...init }: Init) {
    super({ ...init, inactivityTimeout: INACTIVITY_MS })
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => this.onData(bytes))
    socket.on('drain', () => this.safeDispatchEvent('drain'))
    socket.on('error', error => this.abort(error))
    // half-open connections are not allowed, so 'close' follows; what was read before is still handed on
    socket.once('end', () => this.onTransportClosed())
    socket.once('close', () => this.onTransportClosed())
    socket.setTimeout(INACTIVITY_MS, () => {
      this.abort(new Error(`nothing was sent or received for ${INACTIVITY_MS} ms`))
    })
  }

  sendData(data: Uint8ArrayList): SendResult {
    const socket = this.#socket
    let canSendMore = true
    socket.cork()
    // a socket takes all that it is given; what it returns says whether to wait before there is more
    for (const part of data) canSendMore = socket.write(part)
    socket.uncork()
    return { sentBytes: data.byteLength, canSendMore }
  }

  async sendClose(options?: AbortOptions): Promise<void> {
    if (this.#socket.destroyed) return
    const closed = once(this.#socket, 'close', { signal: options?.signal })
    this.#socket.destroySoon()
    await closed
  }

  sendReset(): void {
    this.#socket.destroy()
  }

  sendPause(): void {
    this.#socket.pause()
  }

  sendResume(): void {
    this.#socket.resume()
  }
}
