import { shownBytes } from '../../shown-body.ts'
import { bodyArgument } from '../body-argument.ts'
import { NodeClient } from '../client.ts'
import { jsonLine, printable, printableLines, table } from '../terminal.ts'
import { print } from '../print.ts'
import { keyArgument } from './key-argument.ts'
import { MAX_OFFER_BYTES } from './limits.ts'
import { stateOf } from './offer-row.ts'
import type { AskOptions } from '../asker.ts'
import type { ShownOffer } from '../../offers/shown-offer.ts'

export interface PutOptions extends AskOptions {
  market: string
  name?: string
  ttl?: number
  whileOnline?: boolean
  contentType?: string
}

/** A place may have a price, which the node pays with work: minutes when offers flood the network. */
const PAY_MS = 600_000
const WORK_MS = 30_000

export async function put(file: string, { data, json, ttl: ttlMs, ...rest }: PutOptions): Promise<void> {
  const { market, name, whileOnline, contentType } = rest
  const client = await NodeClient.open(data)
  const base64 = (await bodyArgument(file, { what: 'offer', maxBytes: MAX_OFFER_BYTES })).toString('base64')
  const body = { market, name, ttlMs, whileOnline, contentType, base64 }
  const offer = await client.call<ShownOffer>('/v1/offers', { method: 'POST', body, workMs: PAY_MS })
  print(json, offer, () => offer.key)
}

export async function get(argument: string, { data, json, raw }: AskOptions & { raw?: boolean }): Promise<void> {
  const key = keyArgument(argument)
  const offer = await (await NodeClient.open(data)).call<ShownOffer>(`/v1/offers/${key}`)
  if (raw) return void process.stdout.write(shownBytes(offer))
  const head = table([
    ['market', offer.market],
    ['name', offer.name],
    ['owner', `${offer.owner}${offer.isOwn ? ' (this node)' : ''}`],
    ['state', stateOf(offer)],
    ['version', String(offer.seq)],
    ['created', new Date(offer.createdMs).toISOString()],
    ['expires', new Date(offer.expiresMs).toISOString()],
    ['type', offer.contentType || '-'],
    ['size', `${offer.bytes.toLocaleString('en')} bytes`],
  ])
  const body = offer.text === undefined ? 'not a text: --raw writes it as it is' : printableLines(offer.text, '')
  process.stdout.write(json ? `${jsonLine(offer)}\n` : `${head}\n\n${body}\n`)
}

export async function remove(argument: string, { data, json }: AskOptions): Promise<void> {
  const key = keyArgument(argument)
  const client = await NodeClient.open(data)
  const removed = await client.call<{ key: string }>(`/v1/offers/${key}`, { method: 'DELETE', workMs: WORK_MS })
  print(json, removed, () => `${printable(removed.key)} is removed`)
}
