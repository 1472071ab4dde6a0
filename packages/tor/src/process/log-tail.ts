const MAX_LINES = 20
const MAX_LINE_CHARS = 500

/** The last lines that Tor logged: when it ends, they say why. */
export class LogTail {
  #rest = ''
  #lines: string[] = []

  push(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARS)
    this.#lines = [...this.#lines, ...lines.map(line => line.slice(0, MAX_LINE_CHARS))].slice(-MAX_LINES)
  }

  /** The warnings and errors, without their time; else the last line. */
  get reason(): string {
    const grave = this.#lines.flatMap(line => /\[(?:warn|err)\] (.*)$/.exec(line)?.[1] ?? [])
    return grave.slice(-3).join('; ') || (this.#lines.at(-1) ?? 'it said nothing')
  }
}
