import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { until } from '@stoa/testkit'
import type { ChildProcess } from 'node:child_process'
import type { ConsoleStep } from './console-blocks.ts'
import type { ShownValues } from './shown-values.ts'

const END = 'end-of-command'
/** What a node in the background prints by itself. */
const EVENT = /^\d\d:\d\d:\d\d {2}/
/** A bar on a terminal; here a line now and then. */
const PROGRESS = /^\d+ % {2}/
/** A step that waits is given up after this, in ms. */
const STEP_TIMEOUT_MS = 60_000

/** A shell in which the steps of a page are run, and what they print is compared with the page. */
export class Terminal implements AsyncDisposable {
  readonly name: string
  readonly #values: ShownValues
  readonly #shell: ChildProcess
  readonly #lines: string[] = []
  readonly #arrived = new EventEmitter()
  /** Behind the last line that was waited for. */
  #waited = 0

  constructor(name: string, init: { values: ShownValues; cwd: string; env: NodeJS.ProcessEnv }) {
    this.name = name
    this.#values = init.values
    const { cwd, env } = init
    // a process group of its own, so that what it leaves behind ends with it
    this.#shell = spawn('bash', ['--noprofile', '--norc'], { cwd, env, stdio: 'pipe', detached: true })
    this.#write('exec 2>&1')
    createInterface({ input: this.#shell.stdout! }).on('line', line => {
      this.#lines.push(line)
      this.#arrived.emit('line')
    })
  }

  /** @throws {Error} when what is printed is not what the page says */
  async run({ command, output }: ConsoleStep): Promise<void> {
    if (command === undefined) return await this.#waitFor(output)
    const actual = this.#values.inCommand(command)
    if (command.endsWith('&')) {
      this.#write(actual)
      return await this.#waitFor(output)
    }
    let printed: readonly string[] = []
    const isAsShown = async (): Promise<boolean> => {
      printed = await this.#runToEnd(actual)
      return this.#isShown(output, printed)
    }
    // a reader who asks too early asks again
    if (command.startsWith('stoa status')) {
      await until(isAsShown, { timeoutMs: STEP_TIMEOUT_MS, what: () => differs(command, output, printed) })
    } else if (!(await isAsShown())) throw new Error(`${this.name}: ${differs(command, output, printed)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid, exitCode } = this.#shell
    if (pid === undefined || exitCode !== null) return
    const exited = once(this.#shell, 'exit')
    process.kill(-pid, 'SIGKILL')
    await exited
  }

  /** What it printed, without progress and what nodes in the background print by themselves. @throws {Error} when it fails */
  async #runToEnd(command: string): Promise<readonly string[]> {
    const start = this.#lines.length
    this.#write(`${command}\nprintf '${END} %d\\n' $?`)
    const end = await this.#until(`the end of ${command}`, () => {
      const index = this.#lines.findIndex((line, at) => at >= start && line.startsWith(END))
      return index === -1 ? undefined : { index }
    })
    const printed = this.#lines.slice(start, end.index).filter(line => !EVENT.test(line) && !PROGRESS.test(line))
    if (this.#lines[end.index] !== `${END} 0`)
      throw new Error(`${this.name}: ${command} failed:\n${printed.join('\n')}`)
    return printed
  }

  /** Waits for each line, in this order; others may come between. */
  async #waitFor(output: readonly string[]): Promise<void> {
    for (const shown of output) {
      if (shown === '…') continue
      const { index } = await this.#until(`"${shown}"`, () => {
        const index = this.#lines.findIndex((line, at) => at >= this.#waited && this.#values.matches(shown, line))
        return index === -1 ? undefined : { index }
      })
      this.#waited = index + 1
    }
  }

  /** Line for line; `…` stands for any number of them. */
  #isShown(output: readonly string[], printed: readonly string[]): boolean {
    let at = 0
    let maySkip = false
    for (const shown of output) {
      if (shown === '…') {
        maySkip = true
        continue
      }
      while (maySkip && at < printed.length && !this.#values.matches(shown, printed[at]!)) at++
      if (at >= printed.length || !this.#values.matches(shown, printed[at]!)) return false
      at++
      maySkip = false
    }
    return maySkip || at === printed.length
  }

  #write(line: string): void {
    this.#shell.stdin!.write(`${line}\n`)
  }

  async #until<T extends object>(what: string, predicate: () => T | undefined): Promise<T> {
    return await until(predicate, {
      on: [[this.#arrived, 'line']],
      timeoutMs: STEP_TIMEOUT_MS,
      what: () => `${what} in the terminal of ${this.name}, which shows\n${this.#lines.join('\n')}`,
    })
  }
}

function differs(command: string, output: readonly string[], printed: readonly string[]): string {
  return `$ ${command}\nthe page says\n${output.join('\n')}\nit printed\n${printed.join('\n')}`
}
