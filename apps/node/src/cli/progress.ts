const BAR_WIDTH = 24
/** A terminal is redrawn this often at most, in ms. */
const REDRAW_MS = 100
/** Without a terminal, a line this often, in ms. */
const LINE_MS = 5_000

export interface ProgressInit {
  /** Of what is done, in its own unit; undefined: how much there is is not known. */
  total: number | undefined
  quiet?: boolean
  output?: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>
  nowMs?: () => number
}

/** How far something is, on standard error: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #init: ProgressInit
  readonly #output: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>
  readonly #nowMs: () => number
  #lastMs: number
  #isDrawn = false

  constructor(init: ProgressInit) {
    this.#init = init
    this.#output = init.output ?? process.stderr
    this.#nowMs = init.nowMs ?? (() => performance.now())
    this.#lastMs = this.#output.isTTY ? -Infinity : this.#nowMs()
  }

  show(done: number, what: string): void {
    const { quiet, total } = this.#init
    const nowMs = this.#nowMs()
    if (quiet || nowMs - this.#lastMs < (this.#output.isTTY ? REDRAW_MS : LINE_MS)) return
    this.#lastMs = nowMs
    // an empty file is done
    const part = total === undefined ? undefined : Math.min(1, done / Math.max(1, total))
    const percent = part === undefined ? '' : `${Math.floor(part * 100)} %  `
    if (!this.#output.isTTY) return void this.#output.write(`${percent}${what}\n`)
    const line = `${part === undefined ? '' : `${bar(part)}  `}${percent}${what}`
    this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns || 80) - 1)}`)
    this.#isDrawn = true
  }

  /** Takes the bar away, so that something else can be printed. The next `show` draws it again. */
  clear(): void {
    if (!this.#isDrawn) return
    this.#output.write('\r\u001b[K')
    this.#isDrawn = false
    this.#lastMs = -Infinity
  }
}

function bar(part: number): string {
  const done = Math.floor(part * BAR_WIDTH)
  return `[${'#'.repeat(done)}${'.'.repeat(BAR_WIDTH - done)}]`
}
