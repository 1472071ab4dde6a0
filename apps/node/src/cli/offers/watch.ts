import { NodeClient } from '../client.ts'
import { eventLine } from '../event-line.ts'
import { writeLine } from '../output.ts'
import { safeJson } from '../terminal.ts'
import type { AskOptions } from '../asker.ts'
import type { ShownEvent } from '../event-line.ts'

export interface WatchOptions extends AskOptions {
  market?: string
}

/** Prints what happens to offers as it comes. */
export async function watch({ data, json, market }: WatchOptions): Promise<void> {
  const query = new URLSearchParams(market === undefined ? { offers: '1' } : { market })
  const client = await NodeClient.open(data)
  for await (const event of client.events(query)) {
    if (json) await writeLine(safeJson(event.data))
    else if (event.event !== 'listening') await writeLine(eventLine(JSON.parse(event.data) as ShownEvent))
    else process.stderr.write(`watching ${market ?? 'all markets'}; Ctrl-C ends it\n`)
  }
}
