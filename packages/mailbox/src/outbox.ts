import { MailboxError } from './errors.ts'
import { DEFAULT_PAGE, MAX_PAGE } from './inbox.ts'
import { PullWatch } from './net/pull-watch.ts'
import { checkInteger } from './options.ts'
import type { Delivery, DeliveryState } from './delivery.ts'
import type { OutboxItem } from './net/outbox-item.ts'
import type { MailPage, Outbox, PageOptions } from './service.ts'

export interface DurableOutboxInit {
  items: ReadonlyMap<string, OutboxItem>
  assertStarted: () => void
}

/** The outbox as the application sees it. */
export class DurableOutbox implements Outbox {
  readonly #init: DurableOutboxInit
  readonly #watches = new Map<PullWatch<Delivery>, Map<string, Delivery>>()

  constructor(init: DurableOutboxInit) {
    this.#init = init
  }

  /** The earliest sent first. */
  async list({ after, limit = DEFAULT_PAGE, state }: PageOptions & { state?: DeliveryState } = {}): Promise<
    MailPage<Delivery>
  > {
    checkInteger('limit', limit, 1, MAX_PAGE)
    const { items, assertStarted } = this.#init
    assertStarted()
    if (after !== undefined && !items.has(after)) {
      throw new MailboxError('not-found', `no letter ${JSON.stringify(after)} to go on after`)
    }
    const found: Delivery[] = []
    let isAfter = after === undefined
    for (const item of items.values()) {
      if (isAfter && (state === undefined || item.outgoing.progress.state === state)) {
        if (found.length === limit) return { items: found, next: found.at(-1)!.id }
        found.push(deliveryOf(item))
      }
      isAfter ||= item.id === after
    }
    return { items: found, next: undefined }
  }

  /** A reader that is slower than the deliveries gets the last state of each. */
  watch({ signal }: { signal?: AbortSignal } = {}): AsyncIterableIterator<Delivery, undefined> {
    const waiting = new Map<string, Delivery>()
    const watch = new PullWatch<Delivery>({
      signal,
      take: () => {
        const [delivery] = waiting.values()
        if (delivery !== undefined) waiting.delete(delivery.id)
        return delivery
      },
      onEnd: () => this.#watches.delete(watch),
    })
    if (signal?.aborted !== true) this.#watches.set(watch, waiting)
    return watch
  }

  tell(delivery: Delivery): void {
    for (const [watch, waiting] of this.#watches) {
      waiting.delete(delivery.id)
      waiting.set(delivery.id, delivery)
      watch.wake()
    }
  }

  end(): void {
    for (const watch of this.#watches.keys()) watch.end()
  }
}

export function deliveryOf({ id, row, outgoing, peer }: OutboxItem): Delivery {
  const { state, holders, isHandedOver, changedMs, attempts, error } = outgoing.progress
  const { contentType, sizeBytes, createdMs, expiresMs } = row
  const stored = holders.length
  return {
    id,
    to: peer,
    state,
    stored,
    isHandedOver,
    contentType,
    sizeBytes,
    createdMs,
    expiresMs,
    changedMs,
    attempts,
    error,
  }
}
