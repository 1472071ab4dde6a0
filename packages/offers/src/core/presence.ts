/** Until when the lease of each owner runs. The replica of leases keeps it: one entry an owner that is online. */
export class Presence {
  readonly #untilMs = new Map<string, number>()

  /** How many owners have a lease that was running when last told. */
  get size(): number {
    return this.#untilMs.size
  }

  /** @returns whether the owner was not online until now */
  renew(owner: string, untilMs: number, nowMs: number): boolean {
    const wasOnline = this.isOnline(owner, nowMs)
    this.#untilMs.set(owner, untilMs)
    return !wasOnline && untilMs > nowMs
  }

  /** @returns whether a lease was known */
  end(owner: string): boolean {
    return this.#untilMs.delete(owner)
  }

  isOnline(owner: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(owner)
    return untilMs !== undefined && untilMs > nowMs
  }

  untilMs(owner: string): number | undefined {
    return this.#untilMs.get(owner)
  }

  clear(): void {
    this.#untilMs.clear()
  }
}
