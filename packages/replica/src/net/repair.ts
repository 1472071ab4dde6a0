import { compareBytes } from '../core/place.ts'
import type { Change } from '../core/change.ts'
import type { EntrySet } from '../core/entry-set.ts'
import type { Entry, EntryMeta } from '../core/entry.ts'
import type { Clock } from './clock.ts'
import type { StoreError } from './level-store.ts'
import type { EntryStore } from './store.ts'

export interface RepairInit<E extends Entry> {
  set: EntrySet
  store: EntryStore<E>
  recover: () => Promise<void>
  clock: Clock
  retryMs: number
  maxRetryMs: number
  onReadOnly: (error: StoreError) => void
  onWritable: () => void
  onError: (error: unknown) => void
}

/**
 * When a write fails the set is ahead of the store by what was under way. That is taken back, so that nothing is served that a crash would
 * lose; then the store is tried until it takes writes again.
 */
export class Repair<E extends Entry> {
  readonly #init: RepairInit<E>
  #isBroken = false
  #isStopped = false
  #timer: unknown
  #retryMs: number
  #work: Promise<void> = Promise.resolve()

  constructor(init: RepairInit<E>) {
    this.#init = init
    this.#retryMs = init.retryMs
  }

  get isReadOnly(): boolean {
    return this.#isBroken
  }

  broken(error: StoreError): void {
    if (this.#isBroken) {
      // a change that came in between
      this.#next(() => this.#reload(false))
      return
    }
    this.#isBroken = true
    this.#retryMs = this.#init.retryMs
    this.#init.onReadOnly(error)
    this.#next(() => this.#reload(false))
    this.#later()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#init.clock.clearTimeout(this.#timer)
    await this.#work
  }

  #next(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(this.#init.onError)
  }

  #later(): void {
    if (this.#isStopped) return
    const { clock, maxRetryMs } = this.#init
    this.#timer = clock.setTimeout(() => this.#next(() => this.#retry()), this.#retryMs)
    this.#retryMs = Math.min(2 * this.#retryMs, maxRetryMs)
  }

  async #retry(): Promise<void> {
    const { recover, onWritable } = this.#init
    if (this.#isStopped) return
    try {
      await recover()
    } catch {
      // said when it began; the next try is later
      this.#later()
      return
    }
    await this.#reload(true)
    this.#isBroken = false
    onWritable()
  }

  /** Makes the set hold what the store has of the keys that were under way. */
  async #reload(isWritable: boolean): Promise<void> {
    const { set, store, clock } = this.#init
    const keys = store.unsure
    const rows = await store.rows(keys)
    const nowMs = clock.now()
    const unlike = keys
      .map((key, index) => ({ key, row: rows[index], before: set.get(key) }))
      .filter(({ row, before }) => !isSame(before, row))
    // first all out, then in: what was dropped for the sake of another finds its room again
    for (const { key } of unlike) set.remove(key, nowMs)
    const told: Change[] = []
    const untold: Change[] = []
    for (const { key, row, before } of unlike) {
      const drops = row === undefined ? [] : set.restore(row, nowMs)
      // nobody knows it as held
      for (const drop of drops) (before === undefined && drop.meta === row ? untold : told).push(drop)
      const after = set.get(key)
      // a write that was said to have failed, and has not
      if (isWritable && after !== undefined) told.push({ type: 'put', meta: after, previous: before })
    }
    if (isWritable) store.sure(keys)
    if (told.length > 0) store.append({ changes: told })
    if (untold.length > 0) store.append({ changes: untold, isSilent: true })
  }
}

function isSame(a: EntryMeta | undefined, b: EntryMeta | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return compareBytes(a.itemId, b.itemId) === 0 && a.isOwn === b.isOwn
}
