import { retryDelayMs } from './backoff.ts'
import type { Limits } from './limits.ts'
import type { BootstrapEntry } from './model.ts'

export interface Bootstrap {
  readonly key: string
  readonly address: string
  /** Who should answer there; learned by the first connection when the entry does not say. */
  readonly named?: string
  readonly learned?: string
  readonly failures: number
  readonly retryAtMs: number
  /** It is our own address: every node may be given one list. */
  readonly ourselves: boolean
}

type BootstrapLimits = Pick<Limits, 'retryMinMs' | 'bootstrapRetryMaxMs' | 'retryJitter'>

/** The bootstrap list: never evicted, retried from the first second on, and for ever. */
export class Bootstraps {
  readonly #limits: BootstrapLimits
  readonly #list = new Map<string, Bootstrap>()

  constructor(limits: BootstrapLimits) {
    this.#limits = limits
  }

  set(entries: readonly BootstrapEntry[], self: string): void {
    this.#list.clear()
    for (const { address, peer } of entries) {
      const key = `bootstrap ${address}`
      this.#list.set(key, { key, address, named: peer, failures: 0, retryAtMs: 0, ourselves: peer === self })
    }
  }

  get(key: string): Bootstrap | undefined {
    return this.#list.get(key)
  }

  /** Whom to expect behind an entry, as far as we know. */
  peerOf({ named, learned }: Bootstrap): string | undefined {
    return named ?? learned
  }

  isBootstrap(peer: string): boolean {
    return this.waiting().some(entry => this.peerOf(entry) === peer)
  }

  /** All entries but ourselves. */
  waiting(): Bootstrap[] {
    return [...this.#list.values()].filter(({ ourselves }) => !ourselves)
  }

  /** Who answered there. Whether it is of our network is not known yet, so failures stay counted. */
  learn(key: string, peer: string): void {
    this.#update(key, { learned: peer })
  }

  reached(key: string): void {
    this.#update(key, { failures: 0, retryAtMs: 0 })
  }

  foundOurselves(key: string): void {
    this.#update(key, { ourselves: true })
  }

  failed(key: string, nowMs: number, draw: number): void {
    const failures = (this.#list.get(key)?.failures ?? 0) + 1
    const { retryMinMs: minMs, bootstrapRetryMaxMs: maxMs, retryJitter: jitter } = this.#limits
    this.#update(key, { failures, retryAtMs: nowMs + retryDelayMs(failures, { minMs, maxMs, jitter }, draw) })
  }

  #update(key: string, change: Partial<Bootstrap>): void {
    const entry = this.#list.get(key)
    if (entry !== undefined) this.#list.set(key, { ...entry, ...change })
  }
}
