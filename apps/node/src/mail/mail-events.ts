import { letterHead } from './shown-letter.ts'
import { showDelivery } from './shown-delivery.ts'
import type { MailboxService, ReceivedLetter } from '@stoa/mailbox'
import type { NodeEvent } from '../events/event.ts'

/** Letters that waited already are told at the start, so many at most: the log of events holds no more. */
const MAX_WAITING = 1_000
const PAGE = 100

export interface MailEventsInit {
  mail: Pick<MailboxService, 'addEventListener' | 'inbox'>
  append: (event: NodeEvent) => void
}

/** Makes what happens to mail events of the node, first the letters that wait. */
export class MailEvents implements AsyncDisposable {
  readonly #init: MailEventsInit
  readonly #listening = new AbortController()
  /** While those that wait are told: which were. */
  #told: Set<string> | undefined = new Set()
  readonly #waiting: Promise<void>

  constructor(init: MailEventsInit) {
    this.#init = init
    const { mail, append } = init
    const { signal } = this.#listening
    mail.addEventListener('letter', ({ detail }) => this.#tell(detail), { signal })
    mail.addEventListener('cleared', ({ detail }) => append({ event: 'cleared', id: detail.id }), { signal })
    mail.addEventListener('delivery', ({ detail }) => append({ event: 'delivery', ...showDelivery(detail) }), {
      signal,
    })
    // a store that cannot be read says so to whoever lists the inbox
    this.#waiting = this.#tellWaiting().catch(() => {})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening.abort()
    await this.#waiting
  }

  async #tellWaiting(): Promise<void> {
    let after: string | undefined
    let count = 0
    do {
      const { items, next } = await this.#init.mail.inbox.list({ after, limit: PAGE })
      if (this.#listening.signal.aborted) return
      for (const letter of items) this.#tell(letter)
      count += items.length
      after = next
    } while (after !== undefined && count < MAX_WAITING)
    this.#told = undefined
  }

  #tell(letter: ReceivedLetter): void {
    if (this.#told?.has(letter.id)) return
    this.#told?.add(letter.id)
    this.#init.append({ event: 'letter', ...letterHead(letter) })
  }
}
