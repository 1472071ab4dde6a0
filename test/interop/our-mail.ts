import { MailboxError } from '@stoa/mailbox'
import { hex, unhex } from './hex.ts'
import { CommandError } from './json-lines.ts'
import type { MailboxService } from '@stoa/mailbox'
import type { Handlers } from './json-lines.ts'

/** `send` tells by then what was reached; what became of the letter is asked later. */
const WAIT_MS = 5_000

type MailHandlers = Pick<Handlers, 'mail-key' | 'mail-send' | 'mail-sent' | 'mail-list' | 'mail-ack'>

export function mailHandlers(mailbox: () => MailboxService): MailHandlers {
  return {
    // the service publishes its own when it starts
    'mail-key': () => ({}),
    'mail-send': async ({ to, body }) => {
      try {
        const { id } = await mailbox().send(to, unhex(body), { waitMs: WAIT_MS })
        return { letter: id }
      } catch (error) {
        throw error instanceof MailboxError ? new CommandError(error.code, error.message) : error
      }
    },
    'mail-sent': async () => {
      const { items } = await mailbox().outbox.list()
      return { letters: items.map(({ id, state }) => ({ id, isDelivered: state === 'delivered' })) }
    },
    'mail-list': async () => {
      const { items } = await mailbox().inbox.list()
      return { letters: items.map(({ id, from, body }) => ({ id, from: from.toString(), body: hex(body) })) }
    },
    'mail-ack': async ({ letter }) => {
      const found = await mailbox().inbox.get(letter)
      if (found === undefined) throw new CommandError('not-found', `no letter ${letter}`)
      await found.ack()
      return {}
    },
  }
}
