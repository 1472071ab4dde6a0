/**
 * Items that some session of this node has asked for: two sessions at once share the work instead of doing it twice. Held by 48 bits of
 * the id: a peer that forges a twin keeps an item from being fetched for as long as its own session lasts, at most.
 */
export class Claims {
  readonly #items = new Set<number>()

  get size(): number {
    return this.#items.size
  }

  /** False when it is claimed already. */
  claim(itemId: Uint8Array): boolean {
    const before = this.#items.size
    this.#items.add(prefix(itemId))
    return this.#items.size > before
  }

  release(itemId: Uint8Array): void {
    this.#items.delete(prefix(itemId))
  }
}

function prefix(itemId: Uint8Array): number {
  const [a, b, c, d, e, f] = itemId
  return (((a! * 256 + b!) * 256 + c!) * 256 + d!) * 65_536 + e! * 256 + f!
}
