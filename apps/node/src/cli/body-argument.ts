import { CliError } from './errors.ts'
import { openInput } from './input.ts'

/** What any network may allow, in bytes: an entry must fit a gossip message. A body beyond it is not read to its end. */
const MAX_READ_BYTES = 65_536

export interface BodyInit {
  /** What it is for, as the user would say it. */
  what: string
  /** What the node takes, unless the network says otherwise. It knows the exact limit. */
  maxBytes: number
}

/** What a file or standard input holds, byte for byte. @throws {CliError} */
export async function bodyArgument(file: string, { what, maxBytes }: BodyInit): Promise<Buffer> {
  const { source } = await openInput(file)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.byteLength
    if (bytes > MAX_READ_BYTES) {
      const [over, limit] = [MAX_READ_BYTES, maxBytes].map(value => value.toLocaleString('en'))
      throw new CliError('too-large', `the ${what} is over ${over} bytes, the limit is ${limit}`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
