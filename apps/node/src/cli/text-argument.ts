import { CliError } from './errors.ts'

/** spec/message.md §1, in bytes of UTF-8. Said here again, since the codec is too dear to load for it; a test compares them. */
export const MAX_TEXT_BYTES = 32_768

/** The text of a message: the argument, or standard input for `-`, without its last line break. @throws {CliError} */
export async function textArgument(
  argument: string,
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<string> {
  const text = argument === '-' ? await readText(input) : argument
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_TEXT_BYTES) throw tooLong(bytes.toLocaleString('en'))
  if (text === '') throw new CliError('bad-request', 'the text is empty')
  return text
}

async function readText(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of input) {
    bytes += chunk.byteLength
    // one line break more than the limit may still be cut off
    if (bytes > MAX_TEXT_BYTES + 2) throw tooLong(`over ${MAX_TEXT_BYTES.toLocaleString('en')}`)
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(Buffer.concat(chunks))
      .replace(/\r?\n$/, '')
  } catch (cause) {
    throw new CliError('bad-request', 'standard input is not UTF-8 text', { cause })
  }
}

function tooLong(bytes: string): CliError {
  return new CliError('too-large', `the text is ${bytes} bytes, the limit is ${MAX_TEXT_BYTES.toLocaleString('en')}`)
}
