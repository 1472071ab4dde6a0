import { open, rename, rm } from 'node:fs/promises'
import { shownBytes } from '../../shown-body.ts'
import { NodeClient } from '../client.ts'
import { CliError } from '../errors.ts'
import { duration, jsonLine, printable, printableLines } from '../terminal.ts'
import { idArgument } from './id-argument.ts'
import type { AskOptions } from '../asker.ts'
import type { ShownLetter } from '../../mail/shown-letter.ts'

export interface ReadOptions extends AskOptions {
  keep?: boolean
  out?: string
}

const WORK_MS = 30_000

/**
 * Writes a letter, then acknowledges it: not before the last byte is out, since an acknowledged letter is never handed over again. Exit code 1
 * without an acknowledgement when it could not be written.
 */
export async function read(argument: string, { data, json, keep, out }: ReadOptions): Promise<void> {
  const client = await NodeClient.open(data)
  const letter = await client.call<ShownLetter>(`/v1/mail/inbox/${idArgument(argument)}`)
  if (out !== undefined) await writeFile(out, shownBytes(letter))
  else if (json) await write(`${jsonLine(letter)}\n`)
  else if (!process.stdout.isTTY) await write(shownBytes(letter))
  else if (letter.text === undefined) throw notForTerminals(letter)
  else await write(`${printableLines(letter.text, '').replace(/\n$/, '')}\n`)
  // beside what was read, where somebody looks
  if (process.stderr.isTTY && !json) process.stderr.write(`(${about(letter)})\n`)
  if (keep) return
  try {
    const acknowledging = { method: 'POST', body: {}, workMs: WORK_MS } as const
    await client.call(`/v1/mail/inbox/${letter.id}/ack`, acknowledging)
  } catch (error) {
    // another node of this identity was faster
    if (!(error instanceof CliError && error.code === 'not-found')) throw error
  }
}

function about({ from, sentMs, contentType }: ShownLetter): string {
  const type = contentType === '' ? '' : `, ${printable(contentType)}`
  return `from ${printable(from)}, sent ${duration(Date.now() - sentMs)} ago${type}`
}

function notForTerminals({ bytes }: ShownLetter): CliError {
  const size = bytes.toLocaleString('en')
  return new CliError(
    'bad-request',
    `the letter is no text (${size} bytes): --out FILE or a pipe takes it as it is; it is not acknowledged`,
  )
}

/** Resolves when all of it was taken. @throws {CliError} `not-written` */
async function write(content: string | Uint8Array): Promise<void> {
  // told by the callback, too; without a listener it would end the process
  process.stdout.once('error', () => {})
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(content, error => {
      if (error == null) return resolve()
      const message = `the letter could not be written: ${error.message}; it is not acknowledged`
      reject(new CliError('not-written', message, { retryable: true, cause: error }))
    })
  })
}

/** There whole, and durable, or not at all. @throws {CliError} `not-written` */
async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    {
      await using file = await open(temporary, 'wx', 0o600)
      await file.writeFile(bytes)
      await file.sync()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    const message = `${path} cannot be written: ${(cause as Error).message}; the letter is not acknowledged`
    throw new CliError('not-written', message, { retryable: true, cause })
  }
}
