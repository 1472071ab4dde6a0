import { bodyArgument } from '../body-argument.ts'
import { NodeClient } from '../client.ts'
import { keyArgument } from '../offers/key-argument.ts'
import { print } from '../print.ts'
import { stateOf } from './delivery-line.ts'
import { MAX_LETTER_BYTES } from './limits.ts'
import type { AskOptions } from '../asker.ts'
import type { ShownDelivery } from '../../mail/shown-delivery.ts'
import type { ShownOffer } from '../../offers/shown-offer.ts'

export interface SendOptions extends AskOptions {
  type?: string
  ttl?: number
  wait?: number
}

/** A place may have a price, which the node pays with work: minutes when letters flood the network. */
const PAY_MS = 600_000
/** The service's own wait, in ms. */
const WAIT_MS = 30_000

export async function send(peer: string, file: string, options: SendOptions): Promise<void> {
  const client = await NodeClient.open(options.data)
  await mail(client, peer, file, options)
}

/** Mails the owner of an offer. */
export async function reply(argument: string, file: string, options: SendOptions): Promise<void> {
  const key = keyArgument(argument)
  const client = await NodeClient.open(options.data)
  const { owner } = await client.call<ShownOffer>(`/v1/offers/${key}`)
  await mail(client, owner, file, options)
}

/** Exit code 1 also when it is known already that it cannot be delivered. */
async function mail(client: NodeClient, to: string, file: string, options: SendOptions): Promise<void> {
  const { json, type: contentType, ttl: ttlMs, wait: waitMs } = options
  const base64 = (await bodyArgument(file, { what: 'letter', maxBytes: MAX_LETTER_BYTES })).toString('base64')
  const body = { to, base64, contentType, ttlMs, waitMs }
  const workMs = PAY_MS + (waitMs ?? WAIT_MS)
  const delivery = await client.call<ShownDelivery>('/v1/mail', { method: 'POST', body, workMs })
  if (delivery.state === 'failed') process.exitCode = 1
  print(json, delivery, () => `${delivery.id}  ${stateOf(delivery)}`)
}
