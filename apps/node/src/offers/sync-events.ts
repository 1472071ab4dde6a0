import type { OffersService } from '@stoa/offers'
import type { NodeEvent, SyncState } from '../events/event.ts'

/** Progress is told this often at most, in ms; the end always. */
const PROGRESS_MS = 1_000

export interface SyncEventsInit {
  offers: Pick<OffersService, 'addEventListener'>
  append: (event: NodeEvent) => void
  nowMs?: () => number
}

/**
 * Makes how the set of offers is events of the node. Of synchronizations only the first and those that bring something: there is one with
 * some peer every minute, and most find nothing.
 */
export class SyncEvents implements Disposable {
  readonly #init: Required<SyncEventsInit>
  readonly #listening = new AbortController()
  #first: SyncState | undefined
  #toldMs = -Infinity

  constructor(init: SyncEventsInit) {
    this.#init = { nowMs: () => performance.now(), ...init }
    const { offers, append } = this.#init
    const { signal } = this.#listening
    offers.addEventListener('sync', ({ detail }) => this.#progress({ ...detail, peer: String(detail.peer) }), {
      signal,
    })
    offers.addEventListener('read-only', ({ detail }) => append({ event: 'read-only', ...detail }), { signal })
    offers.addEventListener('writable', () => append({ event: 'writable' }), { signal })
    offers.addEventListener('clock', ({ detail }) => append({ event: 'clock', ...detail }), { signal })
  }

  /** How far the first synchronization since the start is; undefined before it begins. */
  get first(): SyncState | undefined {
    return this.#first
  }

  #progress({ peer, received, expected, done }: SyncState): void {
    const isFirst = this.#first?.done !== true
    const state = { peer, received, expected, done }
    if (isFirst) this.#first = state
    if (received === 0 && !(isFirst && done)) return
    const nowMs = this.#init.nowMs()
    if (!done && nowMs - this.#toldMs < PROGRESS_MS) return
    this.#toldMs = nowMs
    this.#init.append({ event: 'sync', ...state })
  }

  [Symbol.dispose](): void {
    this.#listening.abort()
  }
}
