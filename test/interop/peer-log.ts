/** Lines kept of each peer, the newest. */
const MAX_LINES = 2_000
/** Characters of a line that are kept: one may hold a message of 64 KiB in hexadecimal. */
const MAX_LINE_CHARACTERS = 400

/** What went over a peer's pipes and what it said on standard error, with the time since it was started. */
export class PeerLog {
  readonly #name: string
  readonly #startedMs = performance.now()
  #lines: string[] = []

  constructor(name: string) {
    this.#name = name
  }

  /** @param kind - `→` to the peer, `←` from it, or its own log */
  add(kind: '→' | '←' | 'log', text: string): void {
    const ms = (performance.now() - this.#startedMs).toFixed(0).padStart(6)
    const cut = text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)}…` : text
    this.#lines.push(`${ms} ${kind === 'log' ? ' ' : kind} ${cut}`)
    if (this.#lines.length > 2 * MAX_LINES) this.#lines = this.#lines.slice(-MAX_LINES)
  }

  /** @param most - lines, the newest */
  tail(most = 200): string {
    return [`──── ${this.#name}`, ...this.#lines.slice(-most)].join('\n')
  }
}
