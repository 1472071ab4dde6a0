/**
 * Which offers are meant only while their owner is online: keys by owner and market. Whether an offer is live or stale follows from its owner's
 * lease, so a lease that ends is one event for all of them and no offer has a timer.
 */
export class WhileOnline {
  readonly #owners = new Map<string, Map<string, Set<string>>>()

  add(owner: string, market: string, key: string): void {
    let markets = this.#owners.get(owner)
    if (markets === undefined) this.#owners.set(owner, (markets = new Map()))
    const keys = markets.get(market)
    if (keys === undefined) markets.set(market, new Set([key]))
    else keys.add(key)
  }

  delete(owner: string, market: string, key: string): void {
    const markets = this.#owners.get(owner)
    const keys = markets?.get(market)
    if (markets === undefined || keys === undefined || !keys.delete(key)) return
    if (keys.size === 0) markets.delete(market)
    if (markets.size === 0) this.#owners.delete(owner)
  }

  has(owner: string): boolean {
    return this.#owners.has(owner)
  }

  count(owner: string, market: string): number {
    return this.#owners.get(owner)?.get(market)?.size ?? 0
  }

  /** Of one owner. It may be changed while it is read. */
  *keys(owner: string): Generator<{ market: string; key: string }> {
    for (const [market, keys] of this.#owners.get(owner) ?? []) {
      for (const key of keys) yield { market, key }
    }
  }

  clear(): void {
    this.#owners.clear()
  }
}
