import { MailboxError } from './errors.ts'
import { PullWatch } from './net/pull-watch.ts'
import { checkInteger } from './options.ts'
import { peerOf } from './peer-of.ts'
import type { OpenedLetter } from './letter/letter.ts'
import type { InboxIndex, InboxItem } from './net/inbox-index.ts'
import type { Receiver } from './net/receiver.ts'
import type { ReceivedLetter } from './received-letter.ts'
import type { Inbox, MailPage, PageOptions } from './service.ts'

export const DEFAULT_PAGE = 100
export const MAX_PAGE = 1_000

export interface DurableInboxInit {
  index: InboxIndex
  receiver: Receiver
  isStarted: () => boolean
  assertStarted: () => void
  /** Makes the error of a write one of this room's. */
  rethrow: (error: unknown) => never
}

/** The inbox as the application sees it: letters are opened when they are read, never kept open. */
export class DurableInbox implements Inbox {
  readonly #init: DurableInboxInit
  readonly #watches = new Set<PullWatch<ReceivedLetter>>()

  constructor(init: DurableInboxInit) {
    this.#init = init
  }

  async list({ after, limit = DEFAULT_PAGE }: PageOptions = {}): Promise<MailPage<ReceivedLetter>> {
    checkInteger('limit', limit, 1, MAX_PAGE)
    this.#init.assertStarted()
    let order = after === undefined ? -1 : this.#orderOf(after)
    const items: ReceivedLetter[] = []
    let last: string | undefined
    while (items.length < limit) {
      const next = this.#init.index.unread.after(order)
      if (next === undefined) return { items, next: undefined }
      order = next.order
      last = next.id
      const letter = await this.#read(next.id)
      if (letter !== undefined) items.push(letter)
    }
    return { items, next: this.#init.index.unread.after(order) === undefined ? undefined : last }
  }

  async get(id: string): Promise<ReceivedLetter | undefined> {
    this.#init.assertStarted()
    return this.#read(id)
  }

  watch({ signal }: { signal?: AbortSignal } = {}): AsyncIterableIterator<ReceivedLetter, undefined> {
    let order = -1
    const watch = new PullWatch<ReceivedLetter>({
      signal,
      take: async () => {
        // what it reads when this node stops ends with it, and is no error
        while (this.#init.isStarted()) {
          const next = this.#init.index.unread.after(order)
          if (next === undefined) return undefined
          order = next.order
          const letter = await this.#read(next.id)
          if (letter !== undefined) return letter
        }
        return undefined
      },
      onEnd: () => this.#watches.delete(watch),
    })
    if (signal?.aborted !== true) this.#watches.add(watch)
    return watch
  }

  [Symbol.asyncIterator](): AsyncIterator<ReceivedLetter, undefined> {
    return this.watch()
  }

  /** Something came. */
  wake(): void {
    for (const watch of this.#watches) watch.wake()
  }

  end(): void {
    for (const watch of this.#watches) watch.end()
  }

  letterOf(item: InboxItem, opened: OpenedLetter): ReceivedLetter {
    const { receiver, assertStarted, rethrow } = this.#init
    const { id, row } = item
    return {
      id,
      from: peerOf(opened.from),
      contentType: opened.contentType,
      body: opened.body,
      sentMs: opened.sentMs,
      expiresMs: row.expiresMs,
      receivedMs: row.receivedMs,
      ack: async () => {
        assertStarted()
        await receiver.acknowledge(item).catch(rethrow)
      },
    }
  }

  async #read(id: string): Promise<ReceivedLetter | undefined> {
    const item = this.#init.index.get(id)
    if (item?.incoming.reading.state !== 'unread') return undefined
    const opened = await this.#init.receiver.read(item)
    return opened === undefined ? undefined : this.letterOf(item, opened)
  }

  #orderOf(id: string): number {
    const item = this.#init.index.get(id)
    if (item === undefined) throw new MailboxError('not-found', `no letter ${JSON.stringify(id)} to go on after`)
    return item.order
  }
}
