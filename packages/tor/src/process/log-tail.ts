const MAX_LINES = 20
const MAX_LINE_CHARS = 500
const MAX_TELLING = 4
/** Warnings and errors, but for one that is known; and a notice that explains the error after it. */
const TELLING = /\[(?:warn|err|notice(?=.*another Tor process))\] (?!You are running Tor as root)(.*)$/

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
    const telling = this.#lines.flatMap(line => TELLING.exec(line)?.[1] ?? [])
    return telling.length === 0 ? undefined : telling.slice(-MAX_TELLING).join('; ')
  }
}
