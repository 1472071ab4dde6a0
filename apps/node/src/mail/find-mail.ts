import { NodeError } from '../node/errors.ts'
import type { Delivery, MailboxService, MailPage, PageOptions, ReceivedLetter } from '@stoa/mailbox'

/** Digits of a whole id. */
const ID_LENGTH = 64
/** Letters that are looked through at a time, for one whose id begins so. */
const PAGE = 1_000

/** The letter of the inbox whose id this is, or begins so. @throws {NodeError} `not-found`, `ambiguous` */
export async function findLetter({ inbox }: Pick<MailboxService, 'inbox'>, id: string): Promise<ReceivedLetter> {
  const found = await find(id, { get: whole => inbox.get(whole), list: page => inbox.list(page) })
  if (found !== undefined) return found
  throw new NodeError(
    'not-found',
    `no letter ${id} is in the inbox: it was acknowledged, has expired, or never came; stoa mail inbox lists those that are`,
  )
}

/** The delivery whose id this is, or begins so. @throws {NodeError} `not-found`, `ambiguous` */
export async function findDelivery(mail: Pick<MailboxService, 'outbox' | 'status'>, id: string): Promise<Delivery> {
  const found = await find(id, { get: whole => mail.status(whole), list: page => mail.outbox.list(page) })
  if (found !== undefined) return found
  throw new NodeError(
    'not-found',
    `no letter ${id} was sent from here, or it is long over; stoa mail outbox lists those that are known`,
  )
}

interface Lookup<T> {
  get: (id: string) => Promise<T | undefined>
  list: (options: PageOptions) => Promise<MailPage<T>>
}

async function find<T extends { id: string }>(id: string, { get, list }: Lookup<T>): Promise<T | undefined> {
  if (id.length === ID_LENGTH) return get(id)
  let found: T | undefined
  let after: string | undefined
  do {
    const page = await list({ after, limit: PAGE })
    for (const item of page.items) {
      if (!item.id.startsWith(id)) continue
      if (found !== undefined) {
        throw new NodeError('ambiguous', `${id} begins the ids of several letters: ${found.id} and ${item.id}`)
      }
      found = item
    }
    after = page.next
  } while (after !== undefined)
  return found
}
