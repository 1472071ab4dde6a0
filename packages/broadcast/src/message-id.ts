import { sha256 } from 'multiformats/hashes/sha2'
import { concat } from 'uint8arrays/concat'
import { toString } from 'uint8arrays/to-string'

const encoder = new TextEncoder()

/** spec/broadcast.md §3: SHA-256( u32be(length of topic) ‖ topic ‖ data ), 32 bytes, the same on every implementation. */
export async function messageId(topic: string, data: Uint8Array): Promise<Uint8Array> {
  const digest = await sha256.digest(messageIdInput(topic, data))
  return digest.digest
}

/** Synchronous in Node; in browsers WebCrypto answers with a promise. */
function messageIdInput(topic: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(topic)
  const length = new Uint8Array(4)
  // without it, topic `a` with data `bc` and topic `ab` with data `c` would share an id
  new DataView(length.buffer).setUint32(0, name.byteLength)
  return concat([length, name, data])
}

export function idToString(id: Uint8Array): string {
  return toString(id, 'base16')
}
