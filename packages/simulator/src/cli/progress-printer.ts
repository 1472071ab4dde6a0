export interface ProgressStream {
  write: (text: string) => unknown
  isTTY?: boolean
  columns?: number
}

/** Between two lines of a log that say the same but for numbers, in ms. */
const LOG_EVERY_MS = 30_000
/** Of a terminal that does not say, or says 0. */
const DEFAULT_COLUMNS = 80

/** One line that is written over on a terminal; a line now and then for logs. */
export class ProgressPrinter {
  readonly #stream: ProgressStream
  readonly #now: () => number
  #stage: string | undefined
  #loggedMs = 0
  #isOpen = false

  constructor(stream: ProgressStream, now: () => number = () => performance.now()) {
    this.#stream = stream
    this.#now = now
  }

  /** @param stage what a log shall have a line of whenever it changes */
  show(line: string, stage: string): void {
    if (this.#stream.isTTY === true) {
      const columns = (this.#stream.columns || DEFAULT_COLUMNS) - 1
      this.#stream.write(`\r\u001B[K${line.slice(0, columns)}`)
      this.#isOpen = true
      return
    }
    if (stage === this.#stage && this.#now() - this.#loggedMs < LOG_EVERY_MS) return
    this.#stage = stage
    this.#loggedMs = this.#now()
    this.#stream.write(`${line}\n`)
  }

  /** Something that stays. */
  say(line: string): void {
    this.clear()
    this.#stream.write(`${line}\n`)
  }

  clear(): void {
    if (this.#isOpen) this.#stream.write('\r\u001B[K')
    this.#isOpen = false
  }
}
