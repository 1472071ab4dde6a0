import type { DirectError } from './errors.ts'
import type { Due } from './deadlines.ts'
import type { RequestContext } from './protocol.ts'
import type { PeerId } from '@libp2p/interface'

/** A request whose handler is running. */
export class Running implements RequestContext, Due {
  readonly peer: PeerId
  readonly bytes: number
  deadlineMs: number
  /** What the caller still accepts of a streamed answer, in bytes; undefined when it asked for one answer. */
  credit: number | undefined
  /** It is the caller that is waited for, and not the handler. */
  isUnread = false
  creditArrived: PromiseWithResolvers<void> | undefined
  /** Set while a streamed answer is being read: lets its source clean up, also one that waits for its next item. */
  stopSource: (() => void) | undefined
  #controller: AbortController | undefined
  #reason: DirectError | undefined

  constructor(peer: PeerId, bytes: number, deadlineMs: number, credit: number | undefined) {
    this.peer = peer
    this.bytes = bytes
    this.deadlineMs = deadlineMs
    this.credit = credit
  }

  /** Made when a handler first asks for it: most never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  get isOver(): boolean {
    return this.#reason !== undefined
  }

  abort(reason: DirectError): void {
    this.#reason ??= reason
    this.#controller?.abort(reason)
    this.creditArrived?.resolve()
    this.stopSource?.()
  }
}
