import { CliError } from '../errors.ts'
import { openInput } from './input.ts'

/** spec/offers.md §3, in bytes, unless the network says otherwise. A body far beyond it is not read to its end. */
export const MAX_BODY_BYTES = 16_384
/** What any network may allow: a record must fit a gossip message. */
const MAX_READ_BYTES = 65_536

/** What a file or standard input holds, byte for byte. The node knows the network's own limit. @throws {CliError} */
export async function bodyArgument(file: string): Promise<Buffer> {
  const { source } = await openInput(file)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.byteLength
    if (bytes > MAX_READ_BYTES) {
      const [over, limit] = [MAX_READ_BYTES, MAX_BODY_BYTES].map(value => value.toLocaleString('en'))
      throw new CliError('too-large', `the offer is over ${over} bytes, the limit is ${limit}`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
