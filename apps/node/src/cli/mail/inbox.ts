import { NodeClient } from '../client.ts'
import { CliError } from '../errors.ts'
import { writeLine } from '../output.ts'
import { pages, writePage } from '../pages.ts'
import { jsonLine, printable, safeJson, table } from '../terminal.ts'
import { SHOWN_ID_LENGTH } from './delivery-line.ts'
import { letterRow } from './letter-row.ts'
import type { AskOptions } from '../asker.ts'
import type { ShownLetter } from '../../mail/shown-letter.ts'

/** Ids of letters that were shown, so that none is shown twice after a gap. */
const MAX_REMEMBERED = 10_000

export interface InboxOptions extends AskOptions {
  watch?: boolean
}

export async function inbox({ data, json, watch }: InboxOptions): Promise<void> {
  const client = await NodeClient.open(data)
  if (watch) return await watchInbox(client, json)
  let count = 0
  for await (const letters of lettersOf(client)) {
    const rows = letters.map(letter => letterRow(letter))
    await writePage(json, letters, count === 0 ? [['ID', 'FROM', 'SENT', 'LETTER'], ...rows] : rows)
    count += letters.length
  }
  if (count === 0 && !json) await writeLine('no letters that are not acknowledged')
}

/** All that wait, and those that come. The events are read first, so that no letter falls between. */
async function watchInbox(client: NodeClient, json: boolean): Promise<void> {
  const shown = new Set<string>()
  for await (const { event, data } of client.events(new URLSearchParams({ mail: '1' }))) {
    switch (event) {
      case 'listening':
        if (json) await writeLine(safeJson(data))
        else process.stderr.write('watching the inbox; Ctrl-C ends it\n')
        await showAll()
        break
      case 'letter':
        await showOne((JSON.parse(data) as { id: string }).id)
        break
      case 'cleared': {
        const { id } = JSON.parse(data) as { id: string }
        const line = `${printable(id.slice(0, SHOWN_ID_LENGTH))}  was acknowledged by another node of this identity`
        await writeLine(json ? safeJson(data) : line)
        break
      }
      case 'gap':
        await showAll()
    }
  }

  async function showAll(): Promise<void> {
    for await (const letters of lettersOf(client)) for (const letter of letters) await show(letter)
  }

  async function showOne(id: string): Promise<void> {
    if (shown.has(id)) return
    try {
      await show(await client.call<ShownLetter>(`/v1/mail/inbox/${id}`))
    } catch (error) {
      // acknowledged meanwhile
      if (!(error instanceof CliError && error.code === 'not-found')) throw error
    }
  }

  async function show(letter: ShownLetter): Promise<void> {
    if (shown.has(letter.id)) return
    shown.add(letter.id)
    const [oldest = ''] = shown
    if (shown.size > MAX_REMEMBERED) shown.delete(oldest)
    await writeLine(json ? jsonLine({ event: 'letter', ...letter }) : table([letterRow(letter)]))
  }
}

function lettersOf(client: NodeClient): AsyncGenerator<ShownLetter[]> {
  return pages<'letters', ShownLetter>(client, '/v1/mail/inbox', new URLSearchParams(), 'letters')
}
