import { NodeClient } from './client.ts'
import { eventLine } from './event-line.ts'
import { writeLine } from './output.ts'
import { safeJson } from './terminal.ts'
import type { AskOptions } from './asker.ts'
import type { ShownEvent } from './event-line.ts'

export interface ListenOptions extends AskOptions {
  topic: string[]
  direct?: boolean
  peers?: boolean
}

/** Prints events as they come. The node's log, not this process, holds what a slow terminal has not taken yet. */
export async function listen({ data, json, topic, direct, peers }: ListenOptions): Promise<void> {
  const query = new URLSearchParams(topic.map(name => ['topic', name]))
  if (direct) query.set('direct', '1')
  if (peers) query.set('peers', '1')
  const client = await NodeClient.open(data)
  for await (const event of client.events(query)) {
    if (json) await writeLine(safeJson(event.data))
    else if (event.event === 'listening')
      process.stderr.write(`listening ${what({ topic, direct, peers })}; Ctrl-C ends it\n`)
    else await writeLine(eventLine(JSON.parse(event.data) as ShownEvent))
  }
}

function what({ topic, direct, peers }: Pick<ListenOptions, 'topic' | 'direct' | 'peers'>): string {
  const parts = [
    ...(topic.length > 0 ? [`on ${topic.join(', ')}`] : []),
    ...(direct ? ['for messages to this node'] : []),
    ...(peers ? ['for peers'] : []),
  ]
  return parts.length === 0 ? 'for everything' : parts.join(' and ')
}
