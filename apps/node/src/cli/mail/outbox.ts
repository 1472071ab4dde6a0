import { NodeClient } from '../client.ts'
import { print } from '../print.ts'
import { writeLine } from '../output.ts'
import { pages, writePage } from '../pages.ts'
import { duration, jsonLine, safeJson, table } from '../terminal.ts'
import { deliveryRow, stateOf } from './delivery-line.ts'
import { idArgument } from './id-argument.ts'
import type { DeliveryState } from '@stoa/mailbox'
import type { AskOptions } from '../asker.ts'
import type { ShownDelivery } from '../../mail/shown-delivery.ts'

export interface OutboxOptions extends AskOptions {
  watch?: boolean
  state?: DeliveryState
}

export async function outbox({ data, json, watch, state }: OutboxOptions): Promise<void> {
  const client = await NodeClient.open(data)
  if (watch) return await watchOutbox(client, json, state)
  let count = 0
  for await (const deliveries of deliveriesOf(client, state)) {
    const rows = deliveries.map(delivery => deliveryRow(delivery))
    await writePage(json, deliveries, count === 0 ? [['ID', 'TO', 'SENT', 'STATE'], ...rows] : rows)
    count += deliveries.length
  }
  if (count === 0 && !json) await writeLine(state === undefined ? 'no letters were sent' : `no letters are ${state}`)
}

export async function status(argument: string, { data, json }: AskOptions): Promise<void> {
  const client = await NodeClient.open(data)
  const delivery = await client.call<ShownDelivery>(`/v1/mail/outbox/${idArgument(argument)}`)
  const { id, to, stored, createdMs, changedMs, expiresMs, contentType, bytes, attempts, error } = delivery
  print(json, delivery, () =>
    table([
      ['id', id],
      ['to', to],
      ['state', `${stateOf(delivery)}, for ${duration(Date.now() - changedMs)}`],
      ['stored', `on ${stored} ${stored === 1 ? 'peer' : 'peers'}`],
      ['sent', new Date(createdMs).toISOString()],
      ['expires', new Date(expiresMs).toISOString()],
      ['type', contentType || '-'],
      ['size', `${bytes.toLocaleString('en')} bytes`],
      ['attempts', String(attempts)],
      ...(error === null ? [] : [['last error', `${error.message} (${error.code})`]]),
    ]),
  )
}

/** All that there are, and each change. */
async function watchOutbox(client: NodeClient, json: boolean, state: DeliveryState | undefined): Promise<void> {
  for await (const { event, data } of client.events(new URLSearchParams({ mail: '1' }))) {
    switch (event) {
      case 'listening':
        if (json) await writeLine(safeJson(data))
        else process.stderr.write('watching the outbox; Ctrl-C ends it\n')
        await showAll()
        break
      case 'delivery': {
        const delivery = JSON.parse(data) as { event: 'delivery' } & ShownDelivery
        if (state === undefined || delivery.state === state) await show(delivery)
        break
      }
      case 'gap':
        await showAll()
    }
  }

  async function showAll(): Promise<void> {
    for await (const deliveries of deliveriesOf(client, state)) for (const delivery of deliveries) await show(delivery)
  }

  async function show(delivery: ShownDelivery): Promise<void> {
    await writeLine(json ? jsonLine({ event: 'delivery', ...delivery }) : table([deliveryRow(delivery)]))
  }
}

function deliveriesOf(client: NodeClient, state: DeliveryState | undefined): AsyncGenerator<ShownDelivery[]> {
  const query = new URLSearchParams(state === undefined ? {} : { state })
  return pages<'deliveries', ShownDelivery>(client, '/v1/mail/outbox', query, 'deliveries')
}
