import { NodeClient } from '../client.ts'
import { CliError } from '../errors.ts'
import { count, jsonLine, printable } from '../terminal.ts'
import { Batches } from './batches.ts'
import { openUnpacked } from '../input.ts'
import { readLines } from './lines.ts'
import { LineOffers } from './line-offers.ts'
import { MAX_OFFER_BYTES } from './limits.ts'
import { Progress } from '../progress.ts'
import type { AskOptions } from '../asker.ts'
import type { LineOffer } from './line-offers.ts'

export interface ImportOptions extends AskOptions {
  marketField?: string
  market?: string
  ttl?: number
  quiet?: boolean
}

/** Lines that go to the node in one request, and their bytes: within what `POST /v1/offers/import` takes. */
const BATCH = { maxItems: 1_000, maxBytes: 1_000_000, maxUnderWay: 3 }
/** A batch may have to pay for each of its places. */
const WORK_MS = 600_000
const EXIT_INTERRUPTED = 130

interface Answer {
  published: number
  unchanged: number
  refused: Array<{ index: number; code: string; message: string }>
}

/**
 * Puts up an offer for each line. Its name is made from the line, so that the node finds those that are there already, whatever ended the
 * command before. Exit code 1 when lines were skipped, 130 when it was interrupted.
 */
export async function importLines(
  file: string,
  { data, json, ttl: ttlMs, quiet, ...rest }: ImportOptions,
): Promise<void> {
  const offers = new LineOffers(marketSource(rest), ttlMs)
  const client = await NodeClient.open(data)
  const interrupted = onInterrupt()
  const input = await openUnpacked(file, interrupted)
  const progress = new Progress({ total: input.totalBytes, quiet: quiet ?? json })
  const done = { lines: 0, published: 0, unchanged: 0, skipped: 0 }
  const batches = new Batches<LineOffer>({ ...BATCH, send })

  try {
    for await (const line of readLines(input.source, MAX_OFFER_BYTES)) {
      // half a line may be what came last
      if (interrupted.aborted) break
      done.lines++
      const made = offers.make(line)
      if ('message' in made) skip(line.number, 'bad-line', made.message)
      else await batches.add(made, line.length)
    }
    await batches.finish()
  } catch (error) {
    await batches.settle()
    progress.clear()
    if (done.published > 0) process.stderr.write(`${summary()}; the same command goes on from here\n`)
    throw error
  }
  progress.clear()
  if (interrupted.aborted) process.exitCode = EXIT_INTERRUPTED
  else if (done.skipped > 0) process.exitCode = 1
  const isComplete = !interrupted.aborted
  const end = isComplete ? '' : '; interrupted, the same command goes on from here'
  process.stdout.write(`${json ? jsonLine({ ...done, isComplete }) : summary() + end}\n`)

  async function send(batch: LineOffer[]): Promise<void> {
    const body = { offers: batch.map(({ offer }) => offer) }
    const answer = await client.call<Answer>('/v1/offers/import', { method: 'POST', body, workMs: WORK_MS })
    done.published += answer.published
    done.unchanged += answer.unchanged
    for (const { index, code, message } of answer.refused) skip(batch[index]!.number, code, message)
    const skipped = done.skipped > 0 ? `, ${count(done.skipped)} skipped` : ''
    progress.show(input.readBytes(), `${count(done.lines)} lines${skipped}`)
  }

  function skip(line: number, code: string, message: string): void {
    done.skipped++
    progress.clear()
    if (json) process.stdout.write(`${jsonLine({ line, code, message })}\n`)
    else process.stderr.write(`line ${line}: ${printable(message)}\n`)
  }

  function summary(): string {
    const { lines, published, unchanged, skipped } = done
    const before = unchanged > 0 ? `, ${count(unchanged)} were there already` : ''
    return `${count(lines)} lines: ${count(published)} published${before}${skipped > 0 ? `, ${count(skipped)} skipped` : ''}`
  }
}

function marketSource({ market, marketField }: Pick<ImportOptions, 'market' | 'marketField'>) {
  if ((market === undefined) === (marketField === undefined)) {
    throw new CliError('bad-request', 'import takes one of --market-field FIELD and --market NAME')
  }
  return market === undefined ? { field: marketField! } : { market }
}

/** Aborts at the first signal: what was sent then is finished and counted. The second ends the process at once, as ever. */
function onInterrupt(): AbortSignal {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  return interrupted.signal
}
