import { letterHead } from './shown-letter.ts'
import { showDelivery } from './shown-delivery.ts'
import type { MailboxService } from '@stoa/mailbox'
import type { NodeEvent } from '../events/event.ts'

export interface MailEventsInit {
  mail: Pick<MailboxService, 'addEventListener'>
  append: (event: NodeEvent) => void
}

/** Makes what happens to mail events of the node, until what it returns is called. */
export function relayMail({ mail, append }: MailEventsInit): () => void {
  const listening = new AbortController()
  const { signal } = listening
  mail.addEventListener('letter', ({ detail }) => append({ event: 'letter', ...letterHead(detail) }), { signal })
  mail.addEventListener('cleared', ({ detail }) => append({ event: 'cleared', id: detail.id }), { signal })
  mail.addEventListener('delivery', ({ detail }) => append({ event: 'delivery', ...showDelivery(detail) }), { signal })
  return () => listening.abort()
}
