import { MailCode } from '../gen/mailbox.js'
import type { Connection, PeerId } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import type { DirectService } from '@stoa/direct'
import type { RawStamp } from '@stoa/replica'
import type { DeliveryError } from '../core/outgoing.ts'
import type { MailRequest, MailResponse } from '../gen/mailbox.js'
import type { MailProtocol } from './protocol.ts'

export type Answer =
  | { readonly kind: 'kept' }
  | { readonly kind: 'done'; readonly receipt: Uint8Array }
  | { readonly kind: 'failed'; readonly error: DeliveryError; readonly mayHave: boolean }

export interface MailClientInit {
  direct: Pick<DirectService, 'request'>
  connectionManager: Pick<ConnectionManager, 'openConnection' | 'getConnections'>
  protocol: MailProtocol
  timeoutMs: number
}

/** Asks peers, in the words of the delivery. */
export class MailClient {
  readonly #init: MailClientInit

  constructor(init: MailClientInit) {
    this.#init = init
  }

  isConnected(peer: PeerId): boolean {
    return this.#init.connectionManager.getConnections(peer).length > 0
  }

  handOver(peer: PeerId, letter: Uint8Array, signal: AbortSignal): Promise<Answer> {
    return this.#ask(peer, { handOver: plain(letter) }, signal)
  }

  keep(peer: PeerId, entry: Uint8Array, stamp: RawStamp | undefined, signal: AbortSignal): Promise<Answer> {
    const raw = stamp && {
      sizeClass: stamp.sizeClass,
      fromMs: BigInt(stamp.fromMs),
      untilMs: BigInt(stamp.untilMs),
      nonce: plain(stamp.nonce),
    }
    return this.#ask(peer, { keep: { entry: plain(entry), stamp: raw } }, signal)
  }

  receipt(peer: PeerId, receipt: Uint8Array, signal: AbortSignal): Promise<Answer> {
    return this.#ask(peer, { receipt: plain(receipt) }, signal)
  }

  async #ask(peer: PeerId, request: MailRequest, stop: AbortSignal): Promise<Answer> {
    const { direct, protocol, timeoutMs } = this.#init
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)])
    try {
      await this.#connect(peer, signal)
    } catch (error) {
      return failed('unreachable', `no connection to the peer: ${(error as Error).message}`, false)
    }
    try {
      const response = await direct.request(peer, protocol, request, { signal, timeoutMs })
      return read(response)
    } catch (error) {
      return failed('unreachable', `no answer from the peer: ${(error as Error).message}`, true)
    }
  }

  /** On its own, so that what certainly never left is known. */
  async #connect(peer: PeerId, signal: AbortSignal): Promise<Connection> {
    const { connectionManager } = this.#init
    const [connection] = connectionManager.getConnections(peer)
    return connection ?? connectionManager.openConnection(peer, { signal })
  }
}

function read({ code, receipt }: MailResponse): Answer {
  switch (code) {
    case MailCode.MAIL_KEPT:
      return { kind: 'kept' }
    case MailCode.MAIL_DONE:
      return receipt.length === 0
        ? failed('refused', 'the peer says that it is done, and has no receipt', true)
        : { kind: 'done', receipt }
    case MailCode.MAIL_NOT_MINE:
      return failed('refused', 'the peer has no key for the letter', false)
    case MailCode.MAIL_NO_ROOM:
      return failed('no-room', 'the peer has no room for the letter', false)
    case MailCode.MAIL_BAD_STAMP:
      return failed('bad-stamp', 'the peer takes the stamp for too weak', false)
    case MailCode.MAIL_BUSY:
      return failed('refused', 'the peer is busy', false)
    default:
      return failed('refused', 'the peer refused the letter', false)
  }
}

function failed(code: DeliveryError['code'], message: string, mayHave: boolean): Answer {
  return { kind: 'failed', error: { code, message }, mayHave }
}

/** What protons generates asks for bytes of an `ArrayBuffer`. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice()
}
