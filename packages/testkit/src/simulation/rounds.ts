/**
 * Counts sync rounds. A round is over when every node that is up has begun a session in it, as the one that opens the stream, and come with
 * it to a regular end. Sessions from before do not count.
 */
export class Rounds {
  /** Rounds that are over. */
  completed = 0
  #startMs: number
  readonly #done = new Set<number>()
  readonly #nodes: () => readonly number[]

  constructor(startMs: number, nodes: () => readonly number[]) {
    this.#startMs = startMs
    this.#nodes = nodes
  }

  /** The round that is going on. */
  get current(): number {
    return this.completed + 1
  }

  ended(node: number, beganMs: number, nowMs: number): void {
    if (beganMs < this.#startMs) return
    this.#done.add(node)
    if (!this.#nodes().every(other => this.#done.has(other))) return
    this.completed++
    this.#done.clear()
    this.#startMs = nowMs
  }
}
