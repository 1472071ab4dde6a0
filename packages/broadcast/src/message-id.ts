import { sha256 } from 'multiformats/hashes/sha2'
import { toString } from 'uint8arrays/to-string'

const encoder = new TextEncoder()

/** spec/broadcast.md §3: SHA-256( u32be(length of topic) ‖ topic ‖ data ), 32 bytes, the same on every implementation. */
export function messageId(topic: string, data: Uint8Array): Promise<Uint8Array> {
  return new MessageIds().of(topic, data)
}

/** What is hashed is put together in one buffer that is used again: a new one for each copy of each message was a fifth of what 1,000 nodes did. */
export class MessageIds {
  #input = new Uint8Array(0)
  #topic: string | undefined
  #prefixBytes = 0

  async of(topic: string, data: Uint8Array): Promise<Uint8Array> {
    if (topic !== this.#topic) this.#begin(topic)
    const end = this.#prefixBytes + data.byteLength
    if (end > this.#input.byteLength) this.#grow(end)
    this.#input.set(data, this.#prefixBytes)
    // synchronous in Node; in browsers WebCrypto copies what it is given before it answers with a promise
    return sha256.encode(this.#input.subarray(0, end))
  }

  #begin(topic: string): void {
    const name = encoder.encode(topic)
    this.#prefixBytes = LENGTH_BYTES + name.byteLength
    if (this.#prefixBytes > this.#input.byteLength) this.#grow(this.#prefixBytes)
    // without it, topic `a` with data `bc` and topic `ab` with data `c` would share an id
    new DataView(this.#input.buffer).setUint32(0, name.byteLength)
    this.#input.set(name, LENGTH_BYTES)
    this.#topic = topic
  }

  #grow(bytes: number): void {
    const input = new Uint8Array(Math.max(bytes, 2 * this.#input.byteLength))
    input.set(this.#input)
    this.#input = input
  }
}

const LENGTH_BYTES = 4

export function idToString(id: Uint8Array): string {
  return toString(id, 'base16')
}
