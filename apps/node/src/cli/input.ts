import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable, addAbortSignal, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CliError } from './errors.ts'

export interface Input {
  source: AsyncIterable<Uint8Array>
  /** Of the file; undefined for standard input and what else has no size. */
  totalBytes: number | undefined
  /** Of the file, read so far. */
  readBytes: () => number
  /** As the user would say it. */
  name: string
}

/** A file, or standard input for `-`. It ends early when the signal aborts. @throws {CliError} `no-file`, also while it is read */
export async function openInput(file: string, signal?: AbortSignal): Promise<Input> {
  const isStandard = file === '-'
  const name = isStandard ? 'standard input' : file
  let totalBytes: number | undefined
  try {
    const found = isStandard ? undefined : await stat(file)
    if (found?.isDirectory()) throw new Error('it is a directory')
    if (found?.isFile()) totalBytes = found.size
  } catch (cause) {
    throw unreadable(name, cause)
  }
  let bytes = 0
  async function* read(): AsyncGenerator<Uint8Array> {
    const stream = isStandard ? process.stdin : createReadStream(file)
    if (signal !== undefined) addAbortSignal(signal, stream)
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        bytes += chunk.byteLength
        yield chunk
      }
    } catch (cause) {
      if (signal?.aborted !== true) throw unreadable(name, cause)
    }
  }
  return { source: read(), totalBytes, readBytes: () => bytes, name }
}

/** The same, unpacked where it begins as gzip does (RFC 1952 §2.3.1). */
export async function openUnpacked(file: string, signal?: AbortSignal): Promise<Input> {
  const input = await openInput(file, signal)
  return { ...input, source: unpacked(input, signal) }
}

async function* unpacked({ source, name }: Input, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  while (head.byteLength < 2) {
    const { value, done } = await iterator.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (head.byteLength > 0) yield head
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* whole()
  try {
    const gunzip = createGunzip()
    // an error of either ends both, and reaches the loop below
    pipeline(Readable.from(whole()), gunzip, () => {})
    yield* gunzip as AsyncIterable<Uint8Array>
  } catch (cause) {
    if (signal?.aborted !== true) throw cause instanceof CliError ? cause : unreadable(name, cause)
  }
}

function unreadable(name: string, cause: unknown): CliError {
  const { message, code } = cause as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'there is no such file' : message
  return new CliError('no-file', `${name} cannot be read: ${why}`, { cause })
}
