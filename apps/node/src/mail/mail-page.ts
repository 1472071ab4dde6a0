import { showDelivery } from './shown-delivery.ts'
import { showLetter } from './shown-letter.ts'
import type { DeliveryState, MailboxService, PageOptions, ReceivedLetter } from '@stoa/mailbox'
import type { ShownDelivery } from './shown-delivery.ts'
import type { ShownLetter } from './shown-letter.ts'

/** Bodies on one page, in bytes, unless it holds one letter alone. */
const MAX_PAGE_BYTES = 1_048_576

/** A page of the inbox with a bounded size. */
export async function letterPage(
  { inbox }: Pick<MailboxService, 'inbox'>,
  options: PageOptions,
): Promise<{ letters: ShownLetter[]; next: string | null }> {
  const { items, next } = await inbox.list(options)
  const count = fitting(items)
  const isCut = count < items.length
  const letters = items.slice(0, count).map(showLetter)
  return { letters, next: (isCut ? letters.at(-1)?.id : next) ?? null }
}

export async function deliveryPage(
  { outbox }: Pick<MailboxService, 'outbox'>,
  options: PageOptions & { state?: DeliveryState },
): Promise<{ deliveries: ShownDelivery[]; next: string | null }> {
  const { items, next } = await outbox.list(options)
  return { deliveries: items.map(showDelivery), next: next ?? null }
}

/** How many of them fit, at least one. */
function fitting(letters: readonly ReceivedLetter[]): number {
  let bytes = 0
  const over = letters.findIndex(({ body }) => (bytes += body.byteLength) > MAX_PAGE_BYTES)
  return over === -1 ? letters.length : Math.max(1, over)
}
