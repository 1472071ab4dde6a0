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

  /** Its last warnings and errors, without their time. */
  get warnings(): string | undefined {
    const grave = this.#lines.flatMap(line => /\[(?:warn|err)\] (.*)$/.exec(line)?.[1] ?? [])
    const telling = grave.filter(text => !text.startsWith('You are running Tor as root'))
    return telling.length === 0 ? undefined : telling.slice(-3).join('; ')
  }
}
