import { ConnectionFailedError } from '@libp2p/interface'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import { Wire } from './wire.ts'
import type { AbortOptions, MultiaddrConnection } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { ClockTimer } from '../clock.ts'
import type { Linked, Links, Peer } from './links.ts'

/**
 * A connection whose outgoing bytes go through a wire before they reach the real one; the other node does the same with
 * its own. Shaping only what is sent keeps backpressure true on transports that cannot pause what they receive.
 */
export class ImpairedConnection extends AbstractMultiaddrConnection implements Linked {
  readonly local: Peer
  remote: Peer | undefined
  readonly #inner: MultiaddrConnection
  readonly #links: Links
  readonly #wire: Wire
  #schedule
  #pendingReset: { err: Error; timer: ClockTimer } | undefined
  #passedThrough = false

  constructor(inner: MultiaddrConnection, links: Links, local: Peer, remote: Peer | undefined) {
    super({
      remoteAddr: inner.remoteAddr,
      direction: inner.direction,
      log: inner.log,
      inactivityTimeout: inner.inactivityTimeout,
      maxReadBufferLength: inner.maxReadBufferLength,
    })
    this.local = local
    this.remote = remote
    this.#inner = inner
    this.#links = links
    this.#schedule = links.schedule(local, remote)
    this.#wire = new Wire({
      clock: links.clock,
      schedule: { arrival: (...segment) => this.#schedule.arrival(...segment) },
      deliver: bytes => this.#deliver(bytes),
      link: () => links.settings(local, this.remote),
      stalled: () => links.broken(local, this.remote) != null,
      onRoom: () => this.safeDispatchEvent('drain'),
    })
    links.join(this)
    inner.addEventListener('message', event => this.onData(event.data))
    inner.addEventListener('drain', () => this.#onInnerDrain())
    inner.addEventListener('close', event => this.#onInnerClose(event.error, event.local))
  }

  /** The handshake has proven who the other end is. */
  identify(remote: Peer): void {
    if (this.remote === remote) return
    this.remote = remote
    this.#schedule = this.#links.schedule(this.local, remote)
    this.linkChanged()
  }

  linkChanged(): void {
    if (this.#broken() === 'cut') {
      this.#inner.abort(new ConnectionFailedError('the network is partitioned'))
    } else if (this.#pendingReset != null) {
      this.sendReset(this.#pendingReset.err)
    } else {
      this.#wire.pump()
    }
  }

  release(): void {
    this.#wire.flush()
  }

  sendData(data: Uint8ArrayList): SendResult {
    const { latencyMs, jitterMs, loss, bytesPerSecond } = this.#links.settings(this.local, this.remote)
    const perfect = latencyMs === 0 && jitterMs === 0 && loss === 0 && bytesPerSecond === Infinity
    if (perfect && this.#wire.inFlightBytes === 0 && this.#broken() == null) {
      // read first: the inner connection may consume the list
      const sentBytes = data.byteLength
      const canSendMore = this.#inner.send(data)
      this.#passedThrough = !canSendMore
      return { sentBytes, canSendMore }
    }
    const sentBytes = this.#wire.send(data)
    return { sentBytes, canSendMore: sentBytes === data.byteLength }
  }

  async sendClose(options?: AbortOptions): Promise<void> {
    await raceAbort(this.#wire.empty(), options?.signal)
    await this.#inner.close(options)
  }

  /** A reset travels like bytes do: the other end must not learn through a partition that this one gave up. */
  sendReset(err: Error): void {
    this.#wire.drop()
    const { clock } = this.#links
    clock.clearTimeout(this.#pendingReset?.timer)
    this.#pendingReset = undefined
    const { latencyMs } = this.#links.settings(this.local, this.remote)
    const broken = this.#broken()
    if (broken === 'stall') {
      this.#pendingReset = { err, timer: undefined }
    } else if (broken == null && latencyMs > 0) {
      this.#pendingReset = { err, timer: clock.setTimeout(() => this.#inner.abort(err), latencyMs) }
    } else {
      this.#inner.abort(err)
    }
  }

  sendPause(): void {
    if (this.#inner.status === 'open') this.#inner.pause()
  }

  sendResume(): void {
    if (this.#inner.readBufferLength > 0 || this.#inner.status === 'open') this.#inner.resume()
  }

  #broken() {
    return this.#links.broken(this.local, this.remote)
  }

  #deliver(bytes: Uint8ArrayList): boolean {
    if (this.#inner.status !== 'open') return true
    return this.#inner.send(bytes)
  }

  #onInnerDrain(): void {
    if (this.#passedThrough) {
      this.#passedThrough = false
      this.safeDispatchEvent('drain')
    }
    this.#wire.receiverDrained()
  }

  #onInnerClose(err: Error | undefined, local: boolean | undefined): void {
    // bytes that arrived before a clean close are still to be read
    if (err == null && this.#inner.readBufferLength > 0) {
      this.#inner.addEventListener('end', () => this.#onInnerClose(undefined, local), { once: true })
      return
    }
    this.#links.leave(this)
    this.#links.clock.clearTimeout(this.#pendingReset?.timer)
    this.#wire.drop()
    if (this.status !== 'open' && this.status !== 'closing') return
    if (err != null && local !== true) this.onRemoteReset()
    else this.onTransportClosed(err)
  }
}

async function raceAbort(done: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal == null) return done
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([done, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
