import { Rounds } from './rounds.ts'
import type { ToyNetwork } from './network.ts'
import type { ToyNode } from './toy-node.ts'

/** Whether all nodes hold the same, from the end of all faults on, and since when. */
export class Agreement {
  readonly #network: ToyNetwork
  readonly #rounds: Rounds
  readonly #digests = new Map<ToyNode, string>()
  readonly #counts = new Map<string, number>()
  #round = 0
  #sinceMs: number

  constructor(network: ToyNetwork) {
    this.#network = network
    this.#sinceMs = network.queue.nowMs
    this.#rounds = new Rounds(network.queue.nowMs, () => network.up().map(node => node.index))
    network.rounds = this.#rounds
    for (const node of network.up()) this.changed(node)
    this.#round = 0
  }

  get isReached(): boolean {
    return this.#counts.size === 1
  }

  /** In which sync round it was reached. 0: it was there before the first. */
  get round(): number {
    return this.#round
  }

  get sinceMs(): number {
    return this.#sinceMs
  }

  changed(node: ToyNode): void {
    const wasReached = this.isReached
    const before = this.#digests.get(node)
    const digest = node.digest
    if (digest === before) return
    if (before !== undefined) {
      const left = this.#counts.get(before)! - 1
      if (left === 0) this.#counts.delete(before)
      else this.#counts.set(before, left)
    }
    this.#digests.set(node, digest)
    this.#counts.set(digest, (this.#counts.get(digest) ?? 0) + 1)
    if (wasReached || !this.isReached) return
    this.#round = this.#rounds.current
    this.#sinceMs = this.#network.queue.nowMs
  }
}
