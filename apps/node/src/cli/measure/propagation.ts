import { NodeClient } from '../client.ts'
import { CliError } from '../errors.ts'
import { writeLine } from '../output.ts'
import { Progress } from '../progress.ts'
import { count, safeJson } from '../terminal.ts'
import { untilInterrupted } from './interrupt.ts'
import { isUnicodeTerminal } from './plot.ts'
import { peersText, propagationText } from './report-text.ts'
import type { AskOptions } from '../asker.ts'
import type { PropagationProgress, PropagationReport } from '@stoa/measure'

export interface PropagationOptions extends AskOptions {
  topic?: string
  count?: number
  size?: number
  interval?: number
  share?: number
  receivers?: number
  peers?: boolean
  quiet?: boolean
}

const FLAGS: Readonly<Record<string, string>> = {
  count: '--count',
  bytes: '--size',
  intervalMs: '--interval',
  share: '--share',
  receivers: '--receivers',
}
/** Columns of what is no terminal. */
const COLUMNS = 80

export async function propagation({ data, json, peers, quiet, ...given }: PropagationOptions): Promise<void> {
  const client = await NodeClient.open(data)
  const { topic, count: probes, size: bytes, interval: intervalMs, share, receivers } = given
  const body = { topic, count: probes, bytes, intervalMs, share, receivers }
  const progress = new Progress({ total: 1, quiet: quiet ?? json })
  const report = await untilInterrupted(async signal => {
    try {
      for await (const { event, data: told } of client.task('/v1/measure/propagation', body, signal)) {
        if (event === 'report') return told
        if (event === 'error') throw errorOf(told)
        const now = JSON.parse(told) as PropagationProgress
        progress.show(now.sent / now.count, describe(now))
      }
    } catch (error) {
      throw explain(error, topic)
    } finally {
      progress.clear()
    }
    throw new CliError('stopped', `the node on ${data} has stopped`, { retryable: true })
  })
  if (json) return await writeLine(safeJson(report))
  const parsed = JSON.parse(report) as PropagationReport
  const screen = { columns: process.stdout.columns || COLUMNS, isUnicode: isUnicodeTerminal(process.env) }
  await writeLine(propagationText(parsed, screen))
  if (peers && parsed.peers.length > 0) await writeLine(`\n${peersText(parsed)}`)
}

function describe({ phase, sent, count: all, receivers }: PropagationProgress): string {
  switch (phase) {
    case 'waiting':
      return 'looking for nodes on the topic'
    case 'probing':
      return `${count(sent)} of ${count(all)} probes sent`
    case 'answers':
      return `${count(receivers)} ${receivers === 1 ? 'node has' : 'nodes have'} answered`
  }
}

function errorOf(told: string): CliError {
  const { error } = JSON.parse(told) as { error: { code: string; message: string; retryable: boolean } }
  return new CliError(error.code, error.message, { retryable: error.retryable })
}

/** The node names options as its API does, and says nothing of how others are brought onto a topic. */
function explain(error: unknown, topic: string | undefined): unknown {
  if (!(error instanceof CliError)) return error
  const { code, message, retryable } = error
  const said = message.replace(/^(\w+)(?= is )/, name => FLAGS[name] ?? name)
  const hint =
    code === 'no-receivers' && topic !== undefined
      ? `; a node takes part that is on it: stoa start --topic ${topic}`
      : ''
  return new CliError(code, said + hint, { retryable, cause: error })
}
