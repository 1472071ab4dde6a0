import { once } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'
import { NodeClient } from '../client.ts'
import { CliError } from '../errors.ts'
import { count, jsonLine, megabytes, printable } from '../terminal.ts'
import { openInput } from '../input.ts'
import { Progress } from '../progress.ts'
import type { AskOptions } from '../asker.ts'
import type { ImportReport } from '@stoa/offers'

export interface LoadOptions extends AskOptions {
  quiet?: boolean
}

export interface CarryOptions extends LoadOptions {
  market?: string
}

/** A file is there whole or not at all. */
export async function exportTo(file: string, { data, json, market, quiet }: CarryOptions): Promise<void> {
  const isStandard = file === '-'
  if (isStandard && process.stdout.isTTY) {
    throw new CliError(
      'bad-request',
      'offers in a file are no text for a terminal: name a file, or lead the output into one',
    )
  }
  const client = await NodeClient.open(data)
  const progress = new Progress({ total: undefined, quiet: quiet ?? json })
  const source = await client.download(
    `/v1/offers/export${market === undefined ? '' : `?market=${encodeURIComponent(market)}`}`,
  )
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      bytes += chunk.byteLength
      progress.show(bytes, megabytes(bytes))
      yield chunk
    }
    progress.clear()
  }
  if (isStandard) return await writeOut(counted())
  await writeFile(file, counted())
  process.stdout.write(`${json ? jsonLine({ file, bytes }) : `${megabytes(bytes)} in ${printable(file)}`}\n`)
}

/** Exit code 1 when the file was cut off, or something in it is not what it should be. */
export async function load(file: string, { data, json, quiet }: LoadOptions): Promise<void> {
  const client = await NodeClient.open(data)
  const input = await openInput(file)
  const progress = new Progress({ total: input.totalBytes, quiet: quiet ?? json })
  async function* shown(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.source) {
      progress.show(input.readBytes(), megabytes(input.readBytes()))
      yield chunk
    }
  }
  let report: ImportReport
  try {
    report = await client.upload<ImportReport>('/v1/offers/load', shown())
  } finally {
    progress.clear()
  }
  const { entries, taken, known, passedOver, bad, isComplete } = report
  if (bad > 0 || !isComplete) process.exitCode = 1
  const parts = [
    `${count(taken)} taken`,
    `${count(known)} known already`,
    ...(passedOver > 0 ? [`${count(passedOver)} expired or without room`] : []),
    ...(bad > 0 ? [`${count(bad)} not what they should be`] : []),
  ]
  const end = isComplete ? '' : '; the file is cut off'
  process.stdout.write(`${json ? jsonLine(report) : `${count(entries)} entries: ${parts.join(', ')}${end}`}\n`)
}

async function writeFile(file: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    {
      await using target = await open(temporary, 'wx')
      for await (const chunk of source) await target.writeFile(chunk)
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    if (error instanceof CliError) throw error
    throw new CliError('no-file', `${file} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}

async function writeOut(source: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of source) if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
}
