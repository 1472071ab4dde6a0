import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ChildProcess } from 'node:child_process'

/** Enough to see why one does not come up. */
const KEPT_LINES = 12

/** However a test ends, its network ends with it. */
const END_WITH_US = `__OwningControllerProcess ${process.pid}`

/** One `tor` of a private network. */
export class Daemon implements AsyncDisposable {
  readonly name: string
  readonly directory: string
  /** Resolves when it has bootstrapped, rejects when it ends. */
  readonly ready: Promise<void>
  readonly #child: ChildProcess
  readonly #lines: string[] = []

  private constructor(name: string, directory: string) {
    this.name = name
    this.directory = directory
    this.#child = spawn('tor', ['-f', join(directory, 'torrc')], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ready = Promise.withResolvers<void>()
    createInterface(this.#child.stdout!).on('line', line => {
      this.#lines.push(line)
      if (this.#lines.length > KEPT_LINES) this.#lines.shift()
      if (line.includes('Bootstrapped 100%')) ready.resolve()
    })
    this.#child.once('error', ready.reject)
    this.#child.once('exit', code => ready.reject(new Error(`${name} ended with ${String(code)}:\n${this.tail()}`)))
    // one that fails when nobody waits any more is no unhandled rejection
    ready.promise.catch(() => {})
    this.ready = ready.promise
  }

  static async start(name: string, directory: string, lines: readonly string[]): Promise<Daemon> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const torrc = [`DataDirectory ${directory}`, ...lines, 'Log notice stdout', END_WITH_US]
    await writeFile(join(directory, 'torrc'), `${torrc.join('\n')}\n`)
    return new Daemon(name, directory)
  }

  /** What it said last. */
  tail(): string {
    return this.#lines.join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }
}
