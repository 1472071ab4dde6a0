/** Bodies that are remembered, the latest. */
const MAX_BODIES = 1_024
/** Longer ones are not looked for, in bytes: about what one message may have. */
const MAX_BODY_BYTES = 131_072
/** Of the beginning and of the end, to tell bodies apart that are no copies, in bytes. */
const SAMPLE_BYTES = 64

/**
 * Equal bytes once in memory. In a network a message is under way in thousands of copies at a time, and each of a thousand nodes keeps one; as
 * buffers of their own those would fill gigabytes outside of V8's heap, for which it marks all of the heap again and again. Nothing writes to
 * what arrived: libp2p's decoders hand out views.
 */
export class SharedBytes {
  readonly #bodies = new Map<number, Uint8Array>()
  readonly #scratch = Buffer.allocUnsafeSlow(MAX_BODY_BYTES)

  /** @param byteLength of the parts together */
  of(parts: readonly Uint8Array[], byteLength: number): Uint8Array {
    if (byteLength > MAX_BODY_BYTES) return new Uint8Array(Buffer.concat(parts, byteLength))
    const scratch = this.#scratch
    let at = 0
    for (const part of parts) {
      scratch.set(part, at)
      at += part.byteLength
    }
    const key = sample(scratch, byteLength)
    const known = this.#bodies.get(key)
    if (known?.byteLength === byteLength && scratch.compare(known, 0, byteLength, 0, byteLength) === 0) return known
    const body = new Uint8Array(byteLength)
    body.set(scratch.subarray(0, byteLength))
    this.#remember(key, body)
    return body
  }

  #remember(key: number, body: Uint8Array): void {
    // another body with the same sample goes to the end of the line
    this.#bodies.delete(key)
    this.#bodies.set(key, body)
    const [oldest] = this.#bodies.keys()
    if (this.#bodies.size > MAX_BODIES && oldest !== undefined) this.#bodies.delete(oldest)
  }
}

/** FNV-1a (draft-eastlake-fnv) of the first and the last bytes. */
function sample(bytes: Uint8Array, byteLength: number): number {
  let hash = 0x811c9dc5 ^ byteLength
  const head = Math.min(SAMPLE_BYTES, byteLength)
  for (let at = 0; at < head; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  for (let at = Math.max(head, byteLength - SAMPLE_BYTES); at < byteLength; at++) {
    hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  }
  return hash
}
