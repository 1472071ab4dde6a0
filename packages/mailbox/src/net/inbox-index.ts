import { Arrivals } from '../core/arrivals.ts'
import { toHex } from '../hex.ts'
import type { Incoming } from '../core/incoming.ts'
import type { InboxRow } from './inbox-row.ts'

export interface InboxItem {
  readonly id: string
  row: InboxRow
  incoming: Incoming
  /** Its place among those that wait. */
  order: number
}

/** What is known of the letters of the inbox without reading them, those that were acknowledged included. */
export class InboxIndex {
  readonly unread = new Arrivals()
  readonly #items = new Map<string, InboxItem>()
  /** Which letter a message came in. */
  readonly #messages = new Map<string, string>()

  get(id: string): InboxItem | undefined {
    return this.#items.get(id)
  }

  values(): Iterable<InboxItem> {
    return this.#items.values()
  }

  add(item: InboxItem): void {
    this.#items.set(item.id, item)
    this.#messages.set(toHex(item.row.message), item.id)
    if (item.incoming.reading.state === 'unread') item.order = this.unread.add(item.id)
  }

  /** It does not wait any more. */
  read(item: InboxItem): void {
    this.unread.delete(item.id)
  }

  remove(item: InboxItem): void {
    this.unread.delete(item.id)
    this.#items.delete(item.id)
    const message = toHex(item.row.message)
    if (this.#messages.get(message) === item.id) this.#messages.delete(message)
  }

  /** The id of the letter in which this message came before. */
  letterOf(message: Uint8Array): string | undefined {
    return this.#messages.get(toHex(message))
  }

  /** When the first of those that wait was created. */
  oldestUnreadMs(): number | undefined {
    let oldest: number | undefined
    for (const { row, incoming } of this.#items.values()) {
      if (incoming.reading.state !== 'unread') continue
      if (oldest === undefined || row.createdMs < oldest) oldest = row.createdMs
    }
    return oldest
  }
}
